import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { KeyRound, LockKeyhole } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/Button/Button";
import { Strip } from "@/components/Strip/Strip";
import { useAction } from "@/lib/query";
import { useSecurity } from "./state";
import { TypeKeyDialog } from "./TypeKeyDialog";

/** Above the chats: that older messages are locked here, or that nothing would open them on another device. If all is well, what stands there `otherwise`. */
export function SecurityStrip({ otherwise }: { otherwise: ReactNode }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { security, later, putOff } = useSecurity();
  const verify = useAction("verification_request");
  const [types, setTypes] = useState(false);
  if (!security) return otherwise;
  const settings = () => void navigate({ to: "/settings/security" });
  if (security.verified === false) {
    return (
      <Strip
        tone="info"
        icon={LockKeyhole}
        title={t({ message: "Older messages are locked on this device", comment: "Strip above the chats: the device is not verified" })}
        action={
          <>
            {security.devices.some((device) => device.verified && !device.this_device) && (
              <Button variant="link" size={24} busy={verify.busy} onClick={() => verify.run({ device_id: null })}>{t({ message: "Verify with another device", comment: "Button: compares emoji with another own device" })}</Button>
            )}
            {security.recovery === "incomplete"
              ? <Button variant="link" size={24} onClick={() => setTypes(true)}>{t({ message: "Enter the recovery key", comment: "Title of a dialog, and the button that opens it" })}</Button>
              : <Button variant="link" size={24} onClick={settings}>{t({ message: "What to do", comment: "Button in the strip above the chats: goes to the security settings" })}</Button>}
            {types && <TypeKeyDialog to="use" onClose={() => setTypes(false)} />}
          </>
        }
      />
    );
  }
  const unkept = security.recovery === "not_kept";
  if ((security.recovery === "not_set_up" || unkept) && security.verified && !later) {
    return (
      <Strip
        tone="info"
        icon={KeyRound}
        title={unkept ? t({ message: "Your recovery key may not be kept", comment: "Strip above the chats: it was shown, and nobody said that it was written down" }) : t({ message: "You have no recovery key yet", comment: "Strip above the chats" })}
        detail={t({ message: "without one, your chats are lost with your last device", comment: "After 'You have no recovery key yet —'" })}
        action={
          <>
            <Button variant="link" size={24} onClick={settings}>{unkept ? t({ message: "What to do", comment: "Button in the strip above the chats: goes to the security settings" }) : t({ message: "Set up", comment: "Button: makes a recovery key" })}</Button>
            <Button variant="link" size={24} onClick={putOff}>{t({ message: "Later", comment: "Button: puts the strip away until the next start" })}</Button>
          </>
        }
      />
    );
  }
  return otherwise;
}
