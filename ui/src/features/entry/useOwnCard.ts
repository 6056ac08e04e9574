import { useAccount } from "@/app/state";
import { useCommand } from "@/lib/query";

/** One's own card, as the directory on this machine has it: also offline. */
export function useOwnCard() {
  const { practitioner_id } = useAccount();
  return useCommand("directory_colleague", { practitioner_id }, { enabled: practitioner_id !== "" }).data;
}
