import { useQuery } from "@tanstack/react-query";
import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { OrganizationHit, Workplace } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { Combobox, type Suggestion } from "@/components/Combobox/Combobox";
import type { Ranges } from "@/components/Highlight/Highlight";
import { TextField } from "@/components/TextField/TextField";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useSettled } from "@/lib/settled";
import { PlatformError } from "@/platform/types";
import { gradeWord } from "@/lib/grade";
import styles from "./Application.module.css";

const TYPING_MS = 250;
const BY_HAND = "by-hand";

/** One Han character says as much as two letters. */
export function isEnough(text: string): boolean {
  return /\p{Script=Han}/u.test(text) || text.trim().length >= 2;
}

/** Where the text was typed as it stands; a hit by pinyin or initials has nothing to mark. */
export function rangesOf(name: string, typed: string): Ranges {
  const wanted = typed.trim().toLocaleLowerCase();
  const at = wanted === "" ? -1 : name.toLocaleLowerCase().indexOf(wanted);
  return at < 0 ? [] : [[at, at + wanted.length]];
}

function suggestionOf(hit: OrganizationHit, locale: string, typed: string): Suggestion {
  const chinese = locale.startsWith("zh");
  const text = chinese ? hit.zh || hit.en : hit.en || hit.zh;
  const city = chinese ? hit.city_zh || hit.city_en : hit.city_en || hit.city_zh;
  const other = rangesOf(text, typed).length === 0 ? (chinese ? hit.en : hit.zh) : "";
  return { id: hit.id, text, ranges: rangesOf(text, typed), detail: [other, city, gradeWord(hit.grade, locale)].filter(Boolean).join(" · ") };
}

interface HospitalFieldProps {
  server: string;
  workplace: Workplace;
  onWorkplace: (workplace: Workplace) => void;
  hospitalError: string | undefined;
  cityError: string | undefined;
  /** The two ways of stating the hospital have problems of their own. */
  onSwitch: () => void;
  slot: (field: "hospital" | "city", control: ReactNode) => ReactNode;
}

/** The hospital: looked for in the registry's list, or entered by hand with its city. */
export function HospitalField({ server, workplace, onWorkplace, hospitalError, cityError, onSwitch, slot }: HospitalFieldProps) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const { locale } = i18n;
  const typed = workplace.kind === "listed" && workplace.organization_id === "" ? workplace.name : "";
  const text = useSettled(typed, TYPING_MS);
  const wanted = isEnough(typed) && server !== "";
  const found = useQuery<OrganizationHit[], PlatformError>({
    queryKey: ["organization_search", { server, text }],
    queryFn: () => api.call("organization_search", { server, text }),
    enabled: wanted && isEnough(text),
    staleTime: 60_000,
  });

  const byHand = (name: string) => {
    onSwitch();
    onWorkplace({ kind: "unlisted", name, city: "" });
  };

  if (workplace.kind === "unlisted") {
    return (
      <>
        {slot("hospital", (
          <TextField
            label={t({ message: "Hospital", comment: "Field of the application form" })}
            value={workplace.name}
            onValue={(name) => onWorkplace({ ...workplace, name })}
            help={t({ message: "Full name, as on your staff card", comment: "Below the hospital entered by hand" })}
            error={hospitalError}
            autoComplete="organization"
            autoFocus
          />
        ))}
        {slot("city", (
          <>
            <TextField
              label={t({ message: "City of the hospital", comment: "Field of the application form" })}
              value={workplace.city}
              onValue={(city) => onWorkplace({ ...workplace, city })}
              error={cityError}
              autoComplete="address-level2"
            />
            <div className={styles.under}>
              <Button variant="link" size={24} onClick={() => { onSwitch(); onWorkplace({ kind: "listed", organization_id: "", name: workplace.name }); }}>
                {t({ message: "Choose from the list instead", comment: "Back from entering the hospital by hand to the list" })}
              </Button>
            </div>
          </>
        ))}
      </>
    );
  }

  const current = wanted && text === typed;
  const settled = !wanted || (current && !found.isPending && !found.isPlaceholderData);
  const error = current && found.error ? PlatformError.from(found.error) : null;
  const hits = wanted && found.data ? found.data : [];
  const manual: Suggestion = { id: BY_HAND, text: t({ message: "Not listed? Enter manually", comment: "Last entry of the list of hospitals" }), leads: true };
  const note = error
    ? errorSentence(i18n, error)
    : !settled
      ? t({ message: "Searching…", comment: "In the list of hospitals while the registry is asked" })
      : hits.length === 0
        ? t({ message: "No hospital of this name is known yet.", comment: "In the list of hospitals" })
        : undefined;

  return slot("hospital", (
    <Combobox
      label={t({ message: "Hospital", comment: "Field of the application form" })}
      text={workplace.name}
      onText={(name) => onWorkplace({ kind: "listed", organization_id: "", name })}
      suggestions={wanted ? [...hits.map((hit) => suggestionOf(hit, locale, text)), manual] : []}
      onPick={(hit) => (hit.id === BY_HAND ? byHand(workplace.name) : onWorkplace({ kind: "listed", organization_id: hit.id, name: hit.text }))}
      settled={settled}
      note={wanted ? note : undefined}
      placeholder={t({ message: "Name, pinyin or initials", comment: "In the empty field for the hospital" })}
      help={
        workplace.organization_id === ""
          ? server === "" && t({ message: "Enter the service’s address first, or enter the hospital by hand.", comment: "Below the hospital while there is no server to ask" })
          : t({ message: "From the service’s list", comment: "Below the hospital that was picked from the list" })
      }
      error={hospitalError}
    />
  ));
}
