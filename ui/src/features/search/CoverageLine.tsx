import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { CircleCheck, HardDrive } from "lucide-react";
import type { SearchCoverage } from "@/bindings";
import { Icon } from "@/components/Icon/Icon";
import { useCommand } from "@/lib/query";
import { fullDate } from "@/lib/time";
import styles from "./SearchPane.module.css";

function useCoverageSentence(): (coverage: SearchCoverage, ofOne: boolean) => string {
  const { t, i18n } = useLingui();
  return ({ complete, since, filling, undecryptable }, ofOne) => {
    const day = since === null ? "" : fullDate(Date.parse(since), i18n.locale);
    const reach = filling === "preparing" || (!complete && since === null)
      ? t({ message: "Getting ready to search.", comment: "What the search of messages covers: not known yet" })
      : complete && ofOne
        ? t({ message: "Complete: every message of this chat.", comment: "What the search of messages covers" })
        : complete
          ? t({ message: "Complete: every message of all chats.", comment: "What the search of messages covers" })
          : filling === "fetching"
            ? t({ message: `Complete since ${day}. Older messages are being fetched.`, comment: "What the search of messages covers; a date" })
            : filling === "waiting"
              ? t({ message: `Complete since ${day}. Older messages follow when the server can be reached.`, comment: "What the search of messages covers; a date" })
              : t({ message: `Complete since ${day}. Older messages are not on this device.`, comment: "What the search of messages covers; a date" });
    const lost = undecryptable === 0 ? "" : t({ message: plural(undecryptable, { one: "# message cannot be read on this device, and not be found.", other: "# messages cannot be read on this device, and not be found." }), comment: "What the search of messages covers: messages without a key" });
    return [reach, lost].filter(Boolean).join(" ");
  };
}

/** What can be found, always in sight: of one conversation if the search is of one. */
export function CoverageLine({ roomId }: { roomId: string | null }) {
  const { data } = useCommand("search_coverage", { room_id: roomId }, { keepPrevious: true });
  const sentence = useCoverageSentence();
  return (
    <p className={styles.coverage}>
      <Icon icon={data?.complete ? CircleCheck : HardDrive} size={14} />
      <span>{data && sentence(data, roomId !== null)}</span>
    </p>
  );
}
