import { useLingui } from "@lingui/react/macro";
import { useIsVerifier } from "@/app/state";
import { useApi } from "@/lib/api";
import styles from "./Settings.module.css";

const MOD = /Mac/.test(navigator.userAgent) ? "⌘" : "Ctrl+";

/** The shortcuts there are; see `useShortcuts` where they are bound. */
export function KeyTable() {
  const { t } = useLingui();
  const sections = useIsVerifier() ? 3 : 2;
  const { desktop } = useApi();
  const rows: [string, string][] = [
    [t({ message: "Switch section", comment: "What a keyboard shortcut does" }), `${MOD}1 – ${sections}`],
    [t({ message: "Quick switcher", comment: "Read aloud: name of the dialog that Ctrl+K opens" }), `${MOD}K`],
    [t({ message: "Search messages", comment: "Action and title: looks for messages in all conversations, with filters" }), `${MOD}F`],
    [t({ message: "New chat", comment: "What a keyboard shortcut does" }), `${MOD}Shift+N`],
    [t({ message: "Search the directory", comment: "What a keyboard shortcut does" }), "/"],
    [t({ message: "Next or previous unread chat", comment: "What a keyboard shortcut does" }), "Alt+↓ ↑"],
    [t({ message: "Details of a group chat", comment: "What a keyboard shortcut does" }), `${MOD}.`],
    [t({ message: "Settings", comment: "What a keyboard shortcut does" }), `${MOD},`],
    ...(desktop ? [[t({ message: "Larger, smaller, as usual", comment: "What a keyboard shortcut does: zoom of the window" }), `${MOD}+ − 0`] satisfies [string, string]] : []),
    [t({ message: "Back", comment: "What a keyboard shortcut does" }), "Esc"],
    [t({ message: "Back one step in the directory", comment: "What a keyboard shortcut does" }), "Alt+←"],
  ];
  return (
    <table className={styles.keys}>
      <tbody>
        {rows.map(([what, keys]) => <tr key={what}><td>{what}</td><td><kbd className={styles.kbd}>{keys}</kbd></td></tr>)}
      </tbody>
    </table>
  );
}
