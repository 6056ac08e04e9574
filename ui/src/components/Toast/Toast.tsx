import { Toast } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import type { ReactNode } from "react";
import { useLingui } from "@lingui/react/macro";
import { IconButton } from "../Button/Button";
import { Icon } from "../Icon/Icon";
import styles from "./Toast.module.css";

const manager = Toast.createToastManager();

/** Says in a corner what happened elsewhere than where one looks. What concerns a field or a list is said there instead. */
export const toast = {
  failed: (sentence: string) => manager.add({ description: sentence, type: "danger", priority: "high", timeout: 12_000 }),
  done: (sentence: string) => manager.add({ description: sentence, type: "done" }),
};

function Shown() {
  const { t } = useLingui();
  const { toasts } = Toast.useToastManager();
  return toasts.map((item) => (
    <Toast.Root key={item.id} toast={item} className={styles.toast} data-tone={item.type}>
      <Icon icon={item.type === "danger" ? CircleAlert : CircleCheck} />
      <Toast.Description className={styles.text} />
      <Toast.Close render={<IconButton icon={X} size={24} label={t({ message: "Close", comment: "Name of the cross that closes a note in the corner" })} />} />
    </Toast.Root>
  ));
}

export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider toastManager={manager}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className={styles.corner}><Shown /></Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
