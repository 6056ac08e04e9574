import { SignedOutFrame } from "@/app/SignedOutFrame";
import { Steps } from "@/components/Steps/Steps";
import { useLingui } from "@lingui/react/macro";

/** Applying for an account, from the first field to the first sign-in. */
export function RegistrationScreen() {
  const { t } = useLingui();
  const steps = [
    { title: t({ message: "Your details", comment: "Step of the application" }), detail: t({ message: "Identity, contact, workplace", comment: "Below 'Your details'" }) },
    { title: t({ message: "Evidence", comment: "Step of the application: images that prove it" }), detail: t({ message: "Licence, staff card", comment: "Below 'Evidence'" }) },
    { title: t({ message: "Hospital review", comment: "Step of the application" }), detail: t({ message: "Usually 1–2 working days", comment: "Below 'Hospital review'" }) },
    { title: t({ message: "Start", comment: "Last step of the application: choose a password" }), detail: t({ message: "Password, directory", comment: "Below 'Start'" }) },
  ];
  return <SignedOutFrame steps={<Steps steps={steps} current={0} />}>{null}</SignedOutFrame>;
}
