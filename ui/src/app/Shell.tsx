import { Outlet, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { DirectoryProvider } from "@/features/directory/state";
import { EntryDraftProvider } from "@/features/entry/draft";
import { DecisionDraftsProvider } from "@/features/review/drafts";
import { SecurityProvider } from "@/features/security/state";
import { Switcher } from "@/features/search/Switcher";
import { VerificationDialog } from "@/features/security/VerificationDialog";
import { inOrder, newIn } from "@/lib/party";
import { useForgetOnLeave, useInvalidation, useLinkInvalidation } from "@/lib/query";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import { ConversationsProvider, useConversations } from "./conversations";
import { Attention, Going } from "./Going";
import { Rail, useSections } from "./Rail";
import styles from "./Shell.module.css";
import { StatusStrip } from "./StatusStrip";
import { useAppState } from "./state";

/** Keys that work wherever one is in the window (DESIGN.md, Keyboard). */
function Keys() {
  const navigate = useNavigate();
  const sections = useSections();
  const conversations = inOrder(useConversations().value ?? []);
  const { roomId } = useParams({ strict: false });
  const { pathname } = useLocation();
  const toSearch = () => void navigate({ to: "/directory", search: { focus: "search" } });

  const stepUnread = (direction: 1 | -1) => {
    const open = conversations.findIndex(({ room_id }) => room_id === roomId);
    const from = open < 0 ? (direction > 0 ? -1 : conversations.length) : open;
    for (let step = 1; step <= conversations.length; step += 1) {
      const at = (from + direction * step + conversations.length * 2) % conversations.length;
      const hit = conversations[at];
      if (hit && newIn(hit) > 0) return void navigate({ to: "/chats/$roomId", params: { roomId: hit.room_id } });
    }
  };

  const shortcuts: Shortcut[] = [
    ...sections.map((section, index): Shortcut => ({ mod: true, key: String(index + 1), run: () => void navigate({ to: section.to }) })),
    { mod: true, key: ",", run: () => void navigate({ to: "/settings" }) },
    { mod: true, shift: true, key: "n", run: toSearch },
    // Chats and directory have their own.
    ...(pathname.startsWith("/chats") || pathname.startsWith("/directory") ? [] : [{ mod: true, key: "f", run: () => void navigate({ to: "/chats", search: { find: "" } }) }]),
    ...(pathname.startsWith("/directory") ? [] : [{ key: "/", run: toSearch }]),
    { alt: true, key: "ArrowDown", run: () => stepUnread(1) },
    { alt: true, key: "ArrowUp", run: () => stepUnread(-1) },
  ];
  useShortcuts(shortcuts);
  return null;
}

/** The window of somebody signed in: rail, status, and the section. */
export function Shell() {
  useInvalidation();
  useLinkInvalidation(useAppState().connection?.link);
  useForgetOnLeave();
  const { pathname } = useLocation();
  return (
    <ConversationsProvider>
      <DirectoryProvider>
        <EntryDraftProvider>
          <DecisionDraftsProvider>
            <SecurityProvider>
              <Keys />
              <Attention />
              <Going />
              <div className={styles.app}>
                <Rail />
                <div className={styles.stage}>
                  {/* Always there: a live region that comes with its text is not read aloud. */}
                  <div role="status"><StatusStrip section={pathname.startsWith("/chats") ? "chats" : pathname.startsWith("/directory") ? "directory" : "other"} /></div>
                  <div className={styles.section}><Outlet /></div>
                </div>
              </div>
              <Switcher />
              <VerificationDialog />
            </SecurityProvider>
          </DecisionDraftsProvider>
        </EntryDraftProvider>
      </DirectoryProvider>
    </ConversationsProvider>
  );
}
