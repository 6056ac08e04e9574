import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { DirectoryScope, DirectoryStatus, ScopeChoice } from "@/bindings";
import { useAppState } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Section } from "@/components/Card/Card";
import { Progress } from "@/components/Progress/Progress";
import { RadioGroup } from "@/components/RadioGroup/RadioGroup";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { useLatest } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useAction, useCommand } from "@/lib/query";
import { fileSize } from "@/lib/size";
import { wordOf } from "@/lib/words";
import styles from "./Settings.module.css";

/** What the choice keeps, how many colleagues that is, and what it takes. */
function useChoiceWords(): (choice: ScopeChoice) => { label: string; detail: string } {
  const { t, i18n } = useLingui();
  return ({ scope, name: text, colleagues, disk_bytes: disk }) => {
    const name = wordOf(text, i18n.locale);
    const label = {
      everything: t({ message: "Everybody", comment: "Choice: the whole national directory is kept on this device" }),
      province: t({ message: `My province: ${name}`, comment: "Choice: only colleagues of one's own province are kept on this device" }),
      group: t({ message: `My hospital group: ${name}`, comment: "Choice: only colleagues of one's own hospital and those that belong to it; name of the hospital at the top" }),
    }[scope];
    const space = disk === null ? null : fileSize(disk, i18n.locale);
    const facts = [
      colleagues === null
        ? t({ message: "How many colleagues, this device can tell once it has them", comment: "Below a choice of what is kept, when its size is not known" })
        : t({ message: plural(colleagues, { one: "# colleague", other: "# colleagues" }), comment: "How many the search found" }),
      space && t({ message: `about ${space} on this device`, comment: "Below a choice of what is kept: its size, as in 43 MB" }),
    ];
    return { label, detail: facts.filter(Boolean).join(" · ") };
  };
}

/** The other choice on its way: what is here stays in use. */
function Fetching({ status, label }: { status: DirectoryStatus; label: string }) {
  const { t, i18n } = useLingui();
  const { connection } = useAppState();
  const refresh = useAction("directory_refresh");
  const title = t({ message: `Being fetched: ${label}`, comment: "Above a progress bar; what will be kept of the directory" });
  const loaded = fileSize(status.loaded_bytes, i18n.locale);
  const total = fileSize(status.total_bytes, i18n.locale);
  const known = status.total_bytes > 0;
  if (status.problem || connection?.link === "offline") {
    return (
      <div className={styles.fetching}><Banner
        tone="info"
        title={t({ message: `Not here yet: ${label}`, comment: "Title: what will be kept of the directory could not be fetched so far" })}
        action={<Button size={28} busy={refresh.busy} onClick={() => refresh.run(null)}>{t({ message: "Try again", comment: "Button that repeats what failed" })}</Button>}
      >
        {connection?.link === "offline"
          ? t({ message: "It is fetched as soon as there is a network. What is on this device stays in use until then.", comment: "Below: Not here yet" })
          : status.problem && errorSentence(i18n, status.problem)}
      </Banner></div>
    );
  }
  return (
    <div className={styles.fetching} role="status">
      <div className={styles.ahead}><b>{title}</b>{known && <span>{t({ message: `${loaded} of ${total}`, comment: "How much of a download is here: '12.4 MB of 38 MB'" })}</span>}</div>
      <Progress label={title} value={known ? status.loaded_bytes : null} max={Math.max(1, status.total_bytes)} />
      <p>{t({ message: "What is on this device stays in use until all of it is here.", comment: "Below a progress bar: another part of the directory is fetched" })}</p>
    </div>
  );
}

/** How much of the directory is kept on this device. */
export function DirectoryPage() {
  const { t, i18n } = useLingui();
  const scopes = useCommand("directory_scopes", null, { keepPrevious: true });
  const status = useLatest("directory_status", null).value;
  const words = useChoiceWords();
  const [chosen, setChosen] = useState<DirectoryScope | null>(null);
  const keep = useAction("directory_keep", () => setChosen(null));
  const title = t({ message: "Directory on this device", comment: "Page of the settings: how much of the directory is kept" });
  const choices = scopes.data?.choices ?? [];
  const wanted = scopes.data?.wanted ?? "everything";
  const value = chosen ?? wanted;
  const of = (scope: DirectoryScope) => choices.find((choice) => choice.scope === scope);
  const next = status?.next_scope ? of(status.next_scope) : undefined;
  const picked = of(value);
  const download = picked && fileSize(picked.sent_bytes, i18n.locale);
  return (
    <>
      <h1>{title}</h1>
      <p className={styles.lead}>{t({ message: "The directory is kept on this device, encrypted, so that you find colleagues without a network. With little space, keep a part of it.", comment: "Below the heading: why one chooses how much of the directory is kept" })}</p>
      {next && status && <Fetching status={status} label={words(next).label} />}
      <Section title={t({ message: "What is kept", comment: "Heading above the choice of how much of the directory is kept" })}>
        <div className={styles.choices}>
          {scopes.error ? (
            <Banner tone="danger">{errorSentence(i18n, scopes.error)}</Banner>
          ) : !scopes.data ? (
            <SkeletonRows rows={3} />
          ) : (
            <RadioGroup
              label={t({ message: "Colleagues on this device", comment: "Read aloud and shown above the choices of whom is kept" })}
              value={value}
              onValue={setChosen}
              choices={choices.map((choice) => ({ value: choice.scope, ...words(choice) }))}
            />
          )}
          {choices.length === 1 && (
            <p>{t({ message: "Your province and your hospital can be chosen once your own entry is on this device.", comment: "Below the only choice there is yet" })}</p>
          )}
          {picked && value !== wanted && (
            <div className={styles.confirm}>
              <p>
                {value === "everything"
                  ? t({ message: `Fetches ${download}.`, comment: "What choosing it does: size of a download" })
                  : t({ message: `Fetches ${download} and removes all other colleagues from this device. Chats, favourites and notes stay. Whoever is outside can be found again when you keep more.`, comment: "What choosing a part of the directory does: size of a download" })}
              </p>
              <div>
                <Button variant="primary" busy={keep.busy} onClick={() => keep.run({ scope: value })}>{t({ message: "Keep this", comment: "Button: keeps the chosen part of the directory on this device" })}</Button>
                <Button onClick={() => setChosen(null)}>{t({ message: "Cancel", comment: "Button" })}</Button>
              </div>
              {keep.error && <Banner tone="danger">{errorSentence(i18n, keep.error)}</Banner>}
            </div>
          )}
        </div>
      </Section>
    </>
  );
}
