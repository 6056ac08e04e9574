import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Device } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { TextField } from "@/components/TextField/TextField";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";

export function RenameDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const [name, setName] = useState(device.name);
  const rename = useAction("device_rename", onClose);
  const send = () => { if (name.trim()) rename.run({ device_id: device.device_id, name: name.trim() }); };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t({ message: "Rename this device", comment: "Title of a dialog" })}
      actions={
        <>
          <Button onClick={onClose}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
          <Button variant="primary" busy={rename.busy} disabled={!name.trim()} onClick={send}>{t({ message: "Save", comment: "Button that keeps what was entered" })}</Button>
        </>
      }
    >
      <form onSubmit={(event) => { event.preventDefault(); send(); }}>
        <TextField label={t({ message: "Name of the device", comment: "Field" })} help={t({ message: "The service and whom you write with can see it.", comment: "Below the field for the name of a device" })} value={name} onValue={setName} maxLength={100} autoFocus />
      </form>
      {rename.error && <Banner tone="danger">{errorSentence(i18n, rename.error)}</Banner>}
    </Dialog>
  );
}
