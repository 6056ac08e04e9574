import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { toast } from "@/components/Toast/Toast";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useKeptPart } from "@/lib/scope";
import { PlatformError } from "@/platform/types";
import styles from "./Item.module.css";

/** Addresses of accounts, as an introduction has them. */
const ACCOUNT = /(matrix:u\/[^\s<>"'（）()，。；、]+)/u;

/** What somebody wrote; the address of an account opens the card of its owner. */
export function MessageText({ text }: { text: string }) {
  const parts = text.split(ACCOUNT);
  return parts.length === 1 ? text : <WithAccounts parts={parts} />;
}

/** Every other part is the address of an account. */
function WithAccounts({ parts }: { parts: readonly string[] }) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const navigate = useNavigate();
  const kept = useKeptPart();
  const open = async (address: string) => {
    try {
      const found = await api.call("colleague_recognize_text", { text: address });
      if (found.kind === "colleague") await navigate({ to: "/directory", search: { colleague: found.practitioner_id } });
      else if (kept !== null) toast.failed(t({ message: `Whoever has this account is outside of what is kept here: ${kept} only.`, comment: "Note in the corner after a click on the address of an account; a province or a hospital" }));
      else toast.failed(t({ message: "Nobody in the directory has this account.", comment: "Note in the corner after a click on the address of an account" }));
    } catch (error) {
      toast.failed(errorSentence(i18n, PlatformError.from(error)));
    }
  };
  return parts.map((part, index) =>
    index % 2 === 0 ? part : (
      <button key={index} type="button" className={styles.account} title={t({ message: "Open the card", comment: "Tooltip of the address of an account in a message" })} onClick={() => void open(part)}>{part}</button>
    ),
  );
}
