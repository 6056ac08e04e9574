import { useLingui } from "@lingui/react/macro";
import { toast } from "@/components/Toast/Toast";

/** Puts a text into the clipboard and says so. */
export function useCopy(): (text: string) => void {
  const { t } = useLingui();
  return (text) => {
    navigator.clipboard.writeText(text).then(
      () => toast.done(t({ message: "Copied", comment: "Note in the corner after a contact was copied" })),
      () => toast.failed(t({ message: "The system did not take the copy. Select the text and copy it yourself.", comment: "Error: what happened, then what to do" })),
    );
  };
}
