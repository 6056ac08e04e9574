import { useNavigate, useParams } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { MessageSquare } from "lucide-react";
import { useEffect } from "react";
import { useConversations, useLastOpen } from "@/app/conversations";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Pane } from "@/components/Pane/Pane";
import { useSizeClass } from "@/lib/media";
import { useShortcuts } from "@/lib/shortcuts";
import styles from "./ChatsScreen.module.css";
import { ConversationList } from "./ConversationList";
import { Room } from "./Room";

export function ChatsScreen() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const single = useSizeClass() === "single";
  const { roomId } = useParams({ strict: false });
  const conversations = useConversations().value;
  const open = conversations?.find(({ room_id }) => room_id === roomId);
  const lastOpenRef = useLastOpen();
  useEffect(() => {
    if (roomId !== undefined) {
      lastOpenRef.current = roomId;
    } else if (!single && conversations?.some(({ room_id }) => room_id === lastOpenRef.current)) {
      void navigate({ to: "/chats/$roomId", params: { roomId: lastOpenRef.current ?? "" }, replace: true });
    }
  }, [roomId, single, conversations, lastOpenRef, navigate]);
  const back = () => void navigate({ to: "/chats" });
  useShortcuts([{ key: "Escape", run: () => { if (single && roomId !== undefined) back(); } }]);

  const list = <div className={styles.list}><ConversationList openId={roomId} /></div>;
  if (single && roomId === undefined) return <div className={styles.screen} data-single>{list}</div>;
  return (
    <div className={styles.screen} data-single={single || undefined}>
      {!single && list}
      {open ? (
        <Room conversation={open} onBack={single ? back : null} />
      ) : (
        <Pane label={t({ message: "Chat", comment: "Read aloud: place of the open conversation" })} as="main">
          {conversations && conversations.length > 0 && (
            <EmptyState icon={MessageSquare} title={t({ message: "No chat selected", comment: "In place of a conversation" })}>
              {t({ message: "Choose one at the left, or start one from a colleague’s card.", comment: "In place of a conversation" })}
            </EmptyState>
          )}
        </Pane>
      )}
    </div>
  );
}
