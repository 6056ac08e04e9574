import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { Fragment, type ReactNode, useState } from "react";
import type { Block, Run } from "@/bindings";
import { useAppState } from "@/app/state";
import { Button } from "@/components/Button/Button";
import { toast } from "@/components/Toast/Toast";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useKeptPart } from "@/lib/scope";
import { PlatformError } from "@/platform/types";
import { useCopy } from "./useCopy";
import { destination, pageOf, pieces } from "./links";
import styles from "./MessageText.module.css";

/** In UTF-16 code units: what is longer begins with a part of it. */
const LONG = 6_000;
const BEGINNING = 3_000;

/** Opens the card of whoever has an account, or says that nobody has it. */
function useOpenAccount(): (address: string) => Promise<void> {
  const { t, i18n } = useLingui();
  const api = useApi();
  const navigate = useNavigate();
  const kept = useKeptPart();
  return async (address) => {
    try {
      const found = await api.call("colleague_recognize_text", { text: address });
      if (found.kind === "colleague") await navigate({ to: "/directory", search: { colleague: found.practitioner_id } });
      else if (kept !== null) toast.failed(t({ message: `Whoever has this account is outside of what is kept here: ${kept} only.`, comment: "Note in the corner after a click on the address of an account; a province or a hospital" }));
      else toast.failed(t({ message: "Nobody in the directory has this account.", comment: "Note in the corner after a click on the address of an account" }));
    } catch (error) {
      toast.failed(errorSentence(i18n, PlatformError.from(error)));
    }
  };
}

function Account({ address }: { address: string }) {
  const { t } = useLingui();
  const open = useOpenAccount();
  return <button type="button" className={styles.link} title={t({ message: "Open the card", comment: "Tooltip of the address of an account in a message" })} onClick={() => void open(address)}>{address}</button>;
}

/** Somebody who is named, or everybody, which the id of a room stands for. */
function Named({ id, text }: { id: string; text: string }) {
  const { t } = useLingui();
  const open = useOpenAccount();
  const { session } = useAppState();
  const isMe = session?.state === "signed_in" && session.account.user_id === id;
  if (!id.startsWith("@")) return <span className={styles.named} data-me>{text}</span>;
  return <button type="button" className={styles.named} data-me={isMe || undefined} title={t({ message: "Open the card", comment: "Tooltip of the address of an account in a message" })} onClick={() => void open(id)}>{text}</button>;
}

/** Leads to the system's browser or mail program. What goes unencrypted is not opened, but copied. */
function Page({ href, text, children }: { href: string; text: string; children: ReactNode }) {
  const { t } = useLingui();
  const copy = useCopy();
  const leadsTo = destination(href, text);
  const shown = (
    <>
      {children}
      {leadsTo !== null && <>{" "}<small className={styles.leads}>{leadsTo}</small></>}
    </>
  );
  if (href.startsWith("http:")) {
    return <button type="button" className={styles.link} title={t({ message: `Copy ${href}`, comment: "Tooltip of a link that is copied rather than opened; an address" })} onClick={() => copy(href)}>{shown}</button>;
  }
  return <a className={styles.link} href={href} title={href} target="_blank" rel="noreferrer noopener">{shown}</a>;
}

/** Of many empty lines two are left: whoever sends a hundred does not push the conversation out of sight. */
function shortened(text: string): string {
  return text.replace(/\n(?:[^\S\n]*\n){3,}/gu, "\n\n\n");
}

/** A text with its addresses to click on. */
function Text({ text }: { text: string }) {
  return pieces(shortened(text)).map((piece, index) => {
    switch (piece.kind) {
      case "text": return <Fragment key={index}>{piece.text}</Fragment>;
      case "account": return <Account key={index} address={piece.text} />;
      case "page": return <Page key={index} href={piece.href} text={piece.text}>{piece.text}</Page>;
    }
  });
}

function Styled({ run }: { run: Run }) {
  if (run.mention !== null) return <Named id={run.mention} text={run.text} />;
  const href = run.link === null ? null : pageOf(run.link);
  let shown: ReactNode = href === null && !run.code ? <Text text={run.text} /> : run.text;
  if (run.code) shown = <code className={styles.code}>{shown}</code>;
  if (run.emphasis) shown = <em>{shown}</em>;
  if (run.strong) shown = <strong>{shown}</strong>;
  return href === null ? shown : <Page href={href} text={run.text}>{shown}</Page>;
}

function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return blocks.map((block, index) => {
    switch (block.kind) {
      case "paragraph": return <p key={index}>{block.runs.map((run, at) => <Styled key={at} run={run} />)}</p>;
      case "code": return <pre key={index} className={styles.pre} tabIndex={0}>{block.text}</pre>;
      case "quote": return <blockquote key={index} className={styles.quote}><Blocks blocks={block.blocks} /></blockquote>;
      case "list": {
        const items = block.items.map((item, at) => <li key={at}><Blocks blocks={item} /></li>);
        return block.start === null ? <ul key={index}>{items}</ul> : <ol key={index} start={block.start}>{items}</ol>;
      }
    }
  });
}

/** What somebody wrote, with the little formatting that the core lets through. */
export function MessageText({ text, formatted }: { text: string; formatted: readonly Block[] | null }) {
  const { t } = useLingui();
  const [whole, setWhole] = useState(false);
  if (text.length > LONG && !whole) {
    return (
      <>
        <Text text={text.slice(0, BEGINNING)} />…{" "}
        <Button variant="link" size={24} onClick={() => setWhole(true)}>{t({ message: "Show all of it", comment: "Below the beginning of a very long message" })}</Button>
      </>
    );
  }
  return formatted === null ? <Text text={text} /> : <div className={styles.formatted}><Blocks blocks={formatted} /></div>;
}
