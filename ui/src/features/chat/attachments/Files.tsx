import { useLingui } from "@lingui/react/macro";
import { File as FileIcon, Image as ImageIcon } from "lucide-react";
import { Icon } from "@/components/Icon/Icon";
import { useNow } from "@/lib/now";
import { personName } from "@/lib/party";
import { useCommand } from "@/lib/query";
import { count, shortMoment } from "@/lib/time";
import styles from "../GroupDetails.module.css";

/** How many are shown. */
const FEW = 5;

/** The latest images and files of a conversation that this machine knows of. */
export function Files({ roomId, onJump }: { roomId: string; onJump: (eventId: string) => void }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const { data } = useCommand("messages_find", { text: "", room_id: roomId, sender: null, kinds: ["image", "file"], since: null, until: null, cursor: null, limit: FEW });
  if (!data || data.hits.length === 0) return null;
  return (
    <section className={styles.section}>
      <h3>{t({ message: "Files", comment: "Section of the details of a group: its latest images and files; 文件" })}<span>{count(data.found, i18n.locale)}{data.found_more && "+"}</span></h3>
      <ul>
        {data.hits.map(({ event_id, kind, excerpt, sender, at }) => (
          <li key={event_id}>
            <button type="button" className={styles.pinned} onClick={() => onJump(event_id)}>
              <span className={styles.sign}><Icon icon={kind === "image" ? ImageIcon : FileIcon} /></span>
              <span className={styles.words}>
                <bdi className="truncate">{excerpt}</bdi>
                <small className="truncate">{personName(sender, i18n.locale)} · {shortMoment(Date.parse(at), now, i18n.locale)}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
