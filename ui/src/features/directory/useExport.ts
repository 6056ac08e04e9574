import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { toast } from "@/components/Toast/Toast";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { PlatformError } from "@/platform/types";

/** Writes vCards of colleagues to a file the doctor chooses. */
export function useExport() {
  const { t, i18n } = useLingui();
  const api = useApi();
  const made = useAction("directory_vcards", ({ file_name, text, count }) => {
    api.saveFile({ name: file_name, type: "text/vcard;charset=utf-8", bytes: new TextEncoder().encode(text) }).then(
      (saved) => {
        if (saved) toast.done(t({ message: plural(count, { one: "# vCard saved", other: "# vCards saved" }), comment: "Note in the corner after colleagues were written to a vCard file" }));
      },
      (error: unknown) => toast.failed(errorSentence(i18n, PlatformError.from(error))),
    );
  });
  return { run: (ids: readonly string[]) => made.run({ practitioner_ids: [...ids] }), busy: made.busy, error: made.error };
}
