import { useLingui } from "@lingui/react/macro";
import { type SubmitEvent, useState } from "react";
import type { ApplicationView, EntryApplications } from "@/bindings";
import { useAccount } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Card, Facts } from "@/components/Card/Card";
import styles from "@/features/application/Application.module.css";
import { DepartmentField, LicenceField, TitleField, WorkEmailField, WorkPhoneField, WorkplaceField } from "@/features/application/fields";
import { isAnotherEmail, sameForm } from "@/features/application/form";
import { Heading } from "@/features/application/Heading";
import { useApplicationForm } from "@/features/application/useApplicationForm";
import { useWrongField } from "@/features/application/useWrongField";
import { VerifierSays } from "@/features/application/VerifierSays";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { useTerminology } from "@/lib/words";
import { PlatformError } from "@/platform/types";
import { type ChangeKind, changeOf, formOf } from "./change";
import { CHANGE_LEADS, CHANGE_TITLES } from "./words";

/** What is to change: the fields of its kind, and the licence number if the registry has none. */
export function ChangeStep({ kind, known, open, onSent, onCancel }: {
  kind: ChangeKind;
  known: EntryApplications;
  open: ApplicationView | undefined;
  /** `mailed`: a code went to the work e-mail, which it does once for each address. */
  onSent: (mailed: boolean) => void;
  onCancel: () => void;
}) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const { server } = useAccount();
  const terms = useTerminology(i18n.locale);
  // Decided once: what comes later from the core is what was saved from here.
  const [begun] = useState(() => ({ form: formOf(kind, known, open), untouched: formOf(kind, { own: known.own, draft: null }, open) }));
  const state = useApplicationForm({ server, form: begun.form }, {
    check: (form) => api.call("entry_application_check", changeOf(kind, form)),
    save: ({ form }) => (sameForm(form, begun.untouched) ? api.call("entry_application_discard_draft") : api.call("entry_application_save_draft", changeOf(kind, form))),
  });
  const [checkProblem, setCheckProblem] = useState<PlatformError | null>(null);
  const { formRef, seek } = useWrongField();
  const send = useAction("entry_application_send", () => onSent(isAnotherEmail(begun.untouched.work_email, state.form)));
  const problem = checkProblem ?? send.error;
  const asksLicence = known.own.licence_ending === null && !open;

  const next = async () => {
    setCheckProblem(null);
    try {
      if ((await state.checkAll()).length > 0) {
        seek();
        return;
      }
    } catch (error) {
      setCheckProblem(PlatformError.from(error));
      return;
    }
    // From here on the form is the registry's; a late save would bring back a draft.
    state.settle({ server, form: state.form });
    send.run(changeOf(kind, state.form), {
      onError: (error) => {
        // The core kept it before it was sent.
        if (error.details?.problems?.length) state.objected(error.details.problems);
        seek();
      },
    });
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!send.busy) void next();
  };
  const cancel = () => {
    // A change of what was sent is given up; what was only typed is kept for later.
    if (open) state.revert({ server, form: begun.untouched });
    onCancel();
  };

  return (
    <form ref={formRef} className={styles.form} onSubmit={submit} noValidate>
      <div className={styles.body}>
        <Heading lead={i18n._(CHANGE_LEADS[kind])}>{i18n._(CHANGE_TITLES[kind])}</Heading>
        {open && <VerifierSays application={open} />}
        {problem && (
          <div className={styles.banner}>
            <Banner
              tone="danger"
              title={problem.code === "offline" ? t({ message: "Not sent: there is no network", comment: "Title above the sentence that says why an application was not sent" }) : undefined}
            >
              {problem.code === "offline"
                ? t({ message: "What you wrote is kept on this device. Send it when you are online.", comment: "Below 'Not sent: there is no network'" })
                : problem.code === "conflict"
                  ? t({ message: "Another application about your entry is open, made on another device. Withdraw that one first; what you wrote here is kept.", comment: "Error: what happened, then what to do" })
                  : errorSentence(i18n, problem)}
            </Banner>
          </div>
        )}
        {state.saveProblem && (
          <div className={styles.banner}>
            <Banner tone="warn" title={t({ message: "Your draft is not being kept", comment: "Title above the sentence that says why" })}>{errorSentence(i18n, state.saveProblem)}</Banner>
          </div>
        )}
        {kind === "transfer" && (
          <section className={styles.group}>
            <h2>{t({ message: "Workplace", comment: "Group of the application form" })}</h2>
            <div className={styles.grid}>
              <WorkplaceField state={state} />
              <DepartmentField state={state} />
              <TitleField state={state} />
            </div>
          </section>
        )}
        {kind === "transfer" && (
          <section className={styles.group}>
            <h2>{t({ message: "Sign-in and contact", comment: "Group of the application form" })}</h2>
            <div className={styles.grid}>
              <WorkEmailField state={state} help={t({ message: "Another one is confirmed by a code; once approved you sign in with it", comment: "Below the work e-mail of who moves to another hospital" })} />
              <WorkPhoneField state={state} />
            </div>
          </section>
        )}
        {kind === "title" && (
          <section className={styles.group}>
            <h2>{t({ message: "What changes", comment: "Group of the form by which a doctor changes title or department" })}</h2>
            <div className={styles.grid}>
              <TitleField state={state} />
              <DepartmentField state={state} />
            </div>
          </section>
        )}
        {kind === "renewal" && (
          <div className={styles.group}>
            <Card>
              <Facts
                facts={[
                  [t({ message: "Hospital", comment: "Field of the application form" }), state.form.workplace.name],
                  [t({ message: "Department", comment: "Field of the application form; 科室" }), terms.department(state.form.department)],
                  [t({ message: "Title", comment: "Field: the doctor's professional title; 职称" }), terms.title(state.form.title)],
                ]}
              />
            </Card>
          </div>
        )}
        {asksLicence && (
          <section className={styles.group}>
            <h2>{t({ message: "Identity", comment: "Group of the application form" })}</h2>
            <div className={styles.grid}><LicenceField state={state} /></div>
          </section>
        )}
      </div>
      <footer className={styles.foot}>
        <p className={styles.fine}>{t({ message: "Until it is approved your entry stays as it is.", comment: "Beside the buttons of an application about the own entry" })}</p>
        <span className={styles.push} />
        <Button variant="quiet" size={36} onClick={cancel}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
        <Button variant="primary" size={36} type="submit" busy={send.busy}>{t({ message: "Next: evidence", comment: "Button: send the form and go on to the images" })}</Button>
      </footer>
    </form>
  );
}
