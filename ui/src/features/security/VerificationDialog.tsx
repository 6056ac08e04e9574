import { useLingui } from "@lingui/react/macro";
import type { CancelReason, DeviceVerification } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { EMOJI } from "./emoji";
import styles from "./Security.module.css";
import { useSecurity } from "./state";
import { deviceName } from "./words";

function useCancelWords(): (reason: CancelReason) => string {
  const { t } = useLingui();
  const words: Record<CancelReason, string> = {
    declined: t({ message: "The other device declined. Nothing has changed.", comment: "Why a verification of an own device ended" }),
    mismatch: t({ message: "The two devices did not show the same. Somebody may be listening in between, so the device was not verified. Try again on another network; if it stays, tell your administrator.", comment: "Why a verification of an own device ended" }),
    timed_out: t({ message: "It took too long, so the verification ended. Nothing has changed; try again with both devices at hand.", comment: "Why a verification of an own device ended" }),
    answered_elsewhere: t({ message: "Another of your devices has answered. Go on there.", comment: "Why a verification of an own device ended" }),
    failed: t({ message: "The two devices could not agree, so the verification ended. Nothing has changed; try again.", comment: "Why a verification of an own device ended" }),
  };
  return (reason) => words[reason];
}

/** The verification that runs, wherever one is in the window. */
export function VerificationDialog() {
  const verification = useSecurity().security?.verification;
  return verification ? <Steps key={verification.id} verification={verification} /> : null;
}

function Steps({ verification: { id, step, device_id, incoming } }: { verification: DeviceVerification }) {
  const { t, i18n } = useLingui();
  const cancelWords = useCancelWords();
  const { security } = useSecurity();
  const accept = useAction("verification_accept");
  const compare = useAction("verification_compare");
  const end = useAction("verification_end");
  const name = deviceName(i18n, security?.devices.find((device) => device.device_id === device_id));
  const close = () => end.run({ id });
  const problem = accept.error ?? compare.error;
  const cancel = <Button onClick={close}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>;
  const shut = <Button variant="primary" onClick={close}>{t({ message: "Close", comment: "Button that closes a dialog whose matter has ended" })}</Button>;

  const [title, body, actions] = ((): [string, React.ReactNode, React.ReactNode] => {
    switch (step.step) {
      case "asked":
        return [
          t({ message: "Verify your other device?", comment: "Title of a dialog: another own device asks to be verified" }),
          t({ message: `“${name}” asks to be verified. Go on only if you have just begun this there yourself.`, comment: "In the dialog; the name of a device" }),
          <>
            <Button variant="danger" onClick={close}>{t({ message: "Not me", comment: "Button: one has not begun this verification" })}</Button>
            <Button variant="primary" busy={accept.busy} onClick={() => accept.run({ id })}>{t({ message: "Go on", comment: "Button: accepts a verification that was begun on the other device" })}</Button>
          </>,
        ];
      case "waiting":
        return [
          t({ message: "Answer on your other device", comment: "Title of a dialog while the other own device has not answered" }),
          t({ message: "Open Consilium there and accept. Have both devices in view.", comment: "In the dialog while the other own device has not answered" }),
          cancel,
        ];
      case "preparing":
        return [
          t({ message: "Verification", context: "devices", comment: "Title of a dialog while two own devices agree on keys" }),
          t({ message: "The two devices are getting ready…", comment: "In the dialog while two own devices agree on keys" }),
          cancel,
        ];
      case "compare":
        return [
          t({ message: "Do both devices show the same?", comment: "Title of a dialog with seven emoji" }),
          <>
            <p>{t({ message: "The same seven pictures or words, in the same order, within a minute.", comment: "Above seven emoji that another device shows too" })}</p>
            <ol className={styles.emoji}>
              {step.emoji.map((place, index) => {
                const emoji = EMOJI[place];
                return emoji && <li key={index}><span aria-hidden>{emoji[0]}</span>{i18n._(emoji[1])}</li>;
              })}
            </ol>
          </>,
          <>
            <Button variant="danger" busy={compare.busy} onClick={() => compare.run({ id, same: false })}>{t({ message: "They differ", comment: "Button: the two devices do not show the same emoji" })}</Button>
            <Button variant="primary" busy={compare.busy} onClick={() => compare.run({ id, same: true })}>{t({ message: "They are the same", comment: "Button: both devices show the same emoji" })}</Button>
          </>,
        ];
      case "compared":
        return [
          t({ message: "Confirm on your other device too", comment: "Title of a dialog: the emoji were compared on this device" }),
          t({ message: "The verification ends once both devices have confirmed.", comment: "In the dialog: the emoji were compared on this device" }),
          cancel,
        ];
      case "done":
        return [
          t({ message: "Verified", context: "device", comment: "Title of a dialog: an own device was verified" }),
          incoming || security?.verified === false
            ? t({ message: "Your devices trust each other now. Older messages open on the new one within moments.", comment: "In the dialog: an own device was verified" })
            : t({ message: "Your devices trust each other now.", comment: "In the dialog: an own device was verified" }),
          shut,
        ];
      case "cancelled":
        return [t({ message: "Not verified", context: "device", comment: "A device of the account that is not verified" }), cancelWords(step.reason), shut];
    }
  })();

  return (
    <Dialog open onClose={close} title={title} actions={actions}>
      <div aria-live="polite">{body}</div>
      {problem && <Banner tone="danger">{errorSentence(i18n, problem)}</Banner>}
    </Dialog>
  );
}
