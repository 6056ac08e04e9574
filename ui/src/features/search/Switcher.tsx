import { Dialog as Base } from "@base-ui/react/dialog";
import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { HardDrive, Search } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { Icon } from "@/components/Icon/Icon";
import { Kbd } from "@/components/Kbd/Kbd";
import { Tag } from "@/components/Tag/Tag";
import { QrDialog } from "@/features/directory/QrDialog";
import { enterGuard } from "@/lib/composing";
import { useHeld } from "@/lib/held";
import { useOpener } from "@/lib/focus";
import { useAction } from "@/lib/query";
import { MOD_KEY, hasMod, useShortcuts } from "@/lib/shortcuts";
import { ChoiceRow } from "./ChoiceRow";
import { type Choice, choicesOf, inNextSection } from "./sections";
import styles from "./Switcher.module.css";
import { useActions } from "./useActions";
import { useFound } from "./useFound";

function Footer() {
  const { t } = useLingui();
  const way = (keys: string[], label: string) => <span className={styles.way}><Kbd keys={keys} />{label}</span>;
  return (
    <div className={styles.footer}>
      {way(["↑", "↓"], t({ message: "Select", comment: "In the foot of the quick switcher: what the arrow keys do" }))}
      {way(["↵"], t({ message: "Open", comment: "In the foot of the quick switcher: what Enter does" }))}
      {way([MOD_KEY, "↵"], t({ message: "Message", comment: "In the foot of the quick switcher: Ctrl+Enter writes to the colleague" }))}
      {way(["Tab"], t({ message: "Next section", comment: "In the foot of the quick switcher: what Tab does" }))}
      <span className={styles.local}><Icon icon={HardDrive} size={14} />{t({ message: "Searching this device only", comment: "In the foot of the quick switcher: nothing that is typed leaves the machine" })}</span>
    </div>
  );
}

type Way = "open" | "write";

function Panel({ onClose, showCards }: { onClose: () => void; showCards: () => void }) {
  const { t } = useLingui();
  const id = useId();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [activeKey, setActiveKey] = useState<string | undefined>(undefined);
  const [guard] = useState(enterGuard);
  const actions = useActions(text, showCards);
  const { sections, isFormer, byPinyin } = useFound(text, actions);
  const choices = choicesOf(sections);
  const active = choices.find(({ key }) => key === activeKey) ?? choices[0];
  const openRoom = (roomId: string, message?: string) => {
    onClose();
    void navigate({ to: "/chats/$roomId", params: { roomId }, search: message === undefined ? {} : { message } });
  };
  const start = useAction("conversation_start", ({ room_id }, isThere) => { if (isThere) openRoom(room_id); });
  const writeTo = (practitionerId: string) => start.run({ practitioner_id: practitionerId });

  const go = (choice: Choice, way: Way) => {
    if (choice.kind === "colleague") {
      if (way === "write") {
        writeTo(choice.row.id);
      } else {
        onClose();
        void navigate({ to: "/directory", search: { colleague: choice.row.id } });
      }
    } else if (choice.kind === "conversation") {
      openRoom(choice.conversation.room_id);
    } else if (choice.kind === "message") {
      const { sender, own, room_id, event_id } = choice.hit;
      if (way === "write" && !own && sender.practitioner_id !== "") writeTo(sender.practitioner_id);
      else openRoom(room_id, event_id);
    } else if (choice.kind === "all") {
      onClose();
      if (choice.of === "colleagues") void navigate({ to: "/directory", search: { text } });
      else void navigate({ to: "/chats", search: { find: text } });
    } else {
      onClose();
      choice.action.run();
    }
  };
  const held = useHeld<Way>(!isFormer, (way) => { if (active) go(active, way); });
  // Chosen with the keyboard, it is in sight.
  const reveal = (key: string | undefined) => {
    setActiveKey(key);
    document.getElementById(`${id}-${choices.findIndex((choice) => choice.key === key)}`)?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const press = event.nativeEvent;
    if (press.isComposing) return;
    const at = choices.findIndex(({ key }) => key === active?.key);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") {
      const way = hasMod(event) ? "write" : "open";
      if (guard.means(press)) {
        if (isFormer) held.hold(way);
        else if (active) go(active, way);
      }
    } else if (event.key === "Escape") {
      if (guard.means(press, "Escape")) onClose();
    } else if (step !== undefined && choices.length > 0) reveal(choices[(at + step + choices.length) % choices.length]?.key);
    else if (event.key === "Tab") reveal(inNextSection(sections, active?.key, event.shiftKey ? -1 : 1));
    else if (event.key.toLowerCase() === "k" && hasMod(event)) onClose();
    else return;
    event.preventDefault();
    // The dialog has keys of its own, and does not know of input methods.
    event.stopPropagation();
  };

  const label = t({ message: "Quick switcher", comment: "Read aloud: name of the dialog that Ctrl+K opens" });
  return (
    <>
      <Base.Title className="visually-hidden">{label}</Base.Title>
      <div className={styles.head}>
        <Icon icon={Search} size={20} />
        <input
          type="text"
          className={styles.input}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActiveKey(undefined);
            held.giveUp();
          }}
          onKeyDown={onKeyDown}
          onCompositionEnd={({ timeStamp }) => guard.compositionEnd(timeStamp)}
          placeholder={t({ message: "Colleagues, chats, messages, actions", comment: "In the empty field of the quick switcher" })}
          aria-label={label}
          role="combobox"
          aria-expanded={choices.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active && `${id}-${choices.indexOf(active)}`}
          aria-autocomplete="list"
          spellCheck={false}
          autoComplete="off"
          autoFocus
        />
        {byPinyin && <Tag>{t({ message: "Pinyin", comment: "Beside the search field: Latin letters were matched with Chinese names" })}</Tag>}
        <Kbd keys={["Esc"]} />
      </div>
      <div id={`${id}-list`} className={styles.list} role="listbox" aria-label={t({ message: "What was found", comment: "Read aloud: the list of the quick switcher" })}>
        {sections.filter((section) => section.choices.length > 0).map((section) => (
          <div key={section.id} role="group" aria-labelledby={`${id}-${section.id}`}>
            <div className={styles.heading} role="presentation"><span id={`${id}-${section.id}`}>{section.title}</span><span>{section.aside}</span></div>
            {section.choices.map((choice) => (
              <ChoiceRow
                key={choice.key}
                id={`${id}-${choices.indexOf(choice)}`}
                choice={choice}
                text={text}
                active={choice.key === active?.key}
                onActive={() => { if (choice.key !== active?.key) setActiveKey(choice.key); }}
                onOpen={() => go(choice, "open")}
              />
            ))}
          </div>
        ))}
        {choices.length === 0 && !isFormer && <p className={styles.none} role="status">{t({ message: "Nothing on this device matches.", comment: "In the quick switcher and in the search of messages" })}</p>}
      </div>
      <Footer />
    </>
  );
}

/** Ctrl/Cmd+K, wherever one is: colleagues, conversations, messages and actions in one list. */
export function Switcher() {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [cards, setCards] = useState(false);
  const opener = useOpener(open);
  useShortcuts([{ mod: true, key: "k", run: () => setOpen(true) }]);
  return (
    <>
      <Base.Root
        open={open}
        onOpenChange={(next, { reason }) => {
          // In the field, Escape may give up a candidate of an input method: the field tells.
          if (!next && !(reason === "escape-key" && document.activeElement instanceof HTMLInputElement)) setOpen(false);
        }}
      >
        <Base.Portal>
          <Base.Backdrop className={styles.scrim} />
          <Base.Popup {...opener} className={styles.dialog}>
            <Panel onClose={() => setOpen(false)} showCards={() => setCards(true)} />
          </Base.Popup>
        </Base.Portal>
      </Base.Root>
      <QrDialog open={cards} onClose={() => setCards(false)} onColleague={(colleague) => void navigate({ to: "/directory", search: { colleague } })} />
    </>
  );
}
