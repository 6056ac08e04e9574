import { useLingui } from "@lingui/react/macro";
import { type SubmitEvent, useId, useState } from "react";
import type { ApplicationView, RegistrationDraft } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Checkbox } from "@/components/Checkbox/Checkbox";
import { TextField } from "@/components/TextField/TextField";
import styles from "@/features/application/Application.module.css";
import { DepartmentField, LicenceField, Slot, TitleField, WorkEmailField, WorkPhoneField, WorkplaceField, useFieldError } from "@/features/application/fields";
import { Heading } from "@/features/application/Heading";
import { isAnotherEmail } from "@/features/application/form";
import { useApplicationForm } from "@/features/application/useApplicationForm";
import { useWrongField } from "@/features/application/useWrongField";
import { VerifierSays } from "@/features/application/VerifierSays";
import { useApi } from "@/lib/api";
import { errorSentence, isOfTheAddress } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { PlatformError } from "@/platform/types";
import { PrivacyNotice } from "./PrivacyNotice";
import { useLatinName } from "./useLatinName";

interface DetailsStepProps {
  initial: RegistrationDraft;
  /** Sent before and being changed now. */
  application: ApplicationView | null;
  /** `mailed`: a code went to the work e-mail, which it does once for each address. */
  onSent: (mailed: boolean) => void;
  onCancel: () => void;
}

/** The first step: who one is, how to be reached, where one works. */
export function DetailsStep({ initial, application, onSent, onCancel }: DetailsStepProps) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const state = useApplicationForm(initial, {
    check: (asked) => api.call("registration_check", asked),
    save: (draft) => api.call("registration_save_draft", draft),
  });
  const { form, server, setForm } = state;
  const [serverOpen, setServerOpen] = useState(initial.server === "");
  const [serverLeft, setServerLeft] = useState(false);
  const [serviceName, setServiceName] = useState<string | null>(null);
  const [accepted, setAccepted] = useState(application !== null);
  const [asked, setAsked] = useState(false);
  const [reading, setReading] = useState(false);
  const [checkProblem, setCheckProblem] = useState<PlatformError | null>(null);
  const { formRef, seek } = useWrongField();
  const consentId = useId();

  // Decided once: the core tells of what was sent before it has answered.
  const [emailBefore] = useState(application?.form.work_email);
  const find = useAction("service_find", (service) => setServiceName(service.name));
  const send = useAction("registration_send", () => onSent(isAnotherEmail(emailBefore, form)));

  useLatinName(form.han_name, form.latin_name, (latin_name) => setForm({ latin_name }));

  const atServer = isOfTheAddress(send.error);
  const serverError =
    server.trim() === ""
      ? serverLeft ? t({ message: "Enter the address of your hospital’s service.", comment: "Sentence below the server address" }) : undefined
      : atServer && send.error ? errorSentence(i18n, send.error) : find.error ? errorSentence(i18n, find.error) : undefined;
  const problem = checkProblem ?? (send.error && !atServer ? send.error : null);

  const next = async () => {
    setAsked(true);
    setServerLeft(true);
    setCheckProblem(null);
    let complete = accepted && server.trim() !== "";
    try {
      complete = (await state.checkAll()).length === 0 && complete;
    } catch (error) {
      setCheckProblem(PlatformError.from(error));
      return;
    }
    if (!complete) {
      if (server.trim() === "") setServerOpen(true);
      seek();
      return;
    }
    const draft = { server: server.trim(), form };
    const before = { server: initial.server, form: initial.form };
    // From here on the form is the registry's; a late save would bring back a draft.
    state.settle({ server, form });
    send.run(draft, {
      onError: (error) => {
        state.settle(before);
        if (isOfTheAddress(error)) setServerOpen(true);
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
    // A change of what was sent is given up; a first draft is kept for later.
    if (application) state.revert({ server: initial.server, form: application.form });
    onCancel();
  };

  const error = useFieldError(state);
  const serverField = (
    <TextField
      label={t({ message: "Server address", comment: "Field: the address of the hospital's Consilium service" })}
      value={server}
      onValue={(value) => { state.setServer(value); setServiceName(null); find.clear(); send.clear(); }}
      onBlur={() => {
        setServerLeft(true);
        if (server.trim() !== "") find.run({ server: server.trim() });
      }}
      ok={serviceName !== null}
      help={serviceName ?? t({ message: "From your hospital, such as consilium.hospital.example", comment: "Below the server address" })}
      error={serverError}
      inputMode="url"
      autoComplete="url"
      autoCapitalize="off"
    />
  );

  return (
    <form ref={formRef} className={styles.form} onSubmit={submit} noValidate>
      <div className={styles.body}>
        <Heading lead={t({ message: "Match your licence. A verifier checks the application. Drafts stay on this device.", comment: "Below the title of the application form" })}>
          {application
            ? t({ message: "Change your application", comment: "Title of the form when it was sent before" })
            : t({ message: "Apply for a physician account", comment: "Title of the application form" })}
        </Heading>

        {application && <VerifierSays application={application} />}
        {problem && (
          <div className={styles.banner}>
            <Banner tone="danger">{errorSentence(i18n, problem)}</Banner>
          </div>
        )}
        {state.saveProblem && (
          <div className={styles.banner}>
            <Banner tone="warn" title={t({ message: "Your draft is not being kept", comment: "Title above the sentence that says why" })}>{errorSentence(i18n, state.saveProblem)}</Banner>
          </div>
        )}

        {serverOpen ? (
          <section className={styles.group}>
            <h2>{t({ message: "Service", comment: "Group of the application form: which server" })}</h2>
            <div className={styles.grid}><div className={styles.whole}>{serverField}</div></div>
          </section>
        ) : (
          <p className={styles.service}>
            {t({ message: "Applying at", comment: "Before the address of the service, as in 'Applying at consilium.hospital.example'" })} <b className="selectable">{server}</b>
            {!application && <Button variant="link" size={24} onClick={() => setServerOpen(true)}>{t({ message: "Change server", comment: "Opens the field for the service's address" })}</Button>}
          </p>
        )}

        <section className={styles.group}>
          <h2>{t({ message: "Identity", comment: "Group of the application form" })}</h2>
          <div className={styles.grid}>
            <Slot state={state} field="han_name">
              <TextField
                label={t({ message: "Name in Chinese", comment: "Field of the application form" })}
                aside={t({ message: "if any", comment: "At the right of a label: the field may stay empty" })}
                lang="zh-CN"
                value={form.han_name}
                onValue={(han_name) => setForm({ han_name })}
                ok={state.right("han_name")}
                error={error("han_name")}
                autoComplete="name"
              />
            </Slot>
            <Slot state={state} field="latin_name">
              <TextField
                label={t({ message: "Name in Latin letters", comment: "Field of the application form" })}
                value={form.latin_name}
                onValue={(latin_name) => setForm({ latin_name })}
                ok={state.right("latin_name")}
                help={t({ message: "Filled from pinyin, editable", comment: "Below the name in Latin letters" })}
                error={error("latin_name")}
                autoComplete="off"
              />
            </Slot>
            <TitleField state={state} />
            <LicenceField state={state} />
          </div>
        </section>

        <section className={styles.group}>
          <h2>{t({ message: "Sign-in and contact", comment: "Group of the application form" })}</h2>
          <div className={styles.grid}>
            <WorkEmailField state={state} help={t({ message: "For sign-in and recovery; confirmed by a code", comment: "Below the work e-mail" })} />
            <WorkPhoneField state={state} />
          </div>
        </section>

        <section className={styles.group}>
          <h2>{t({ message: "Workplace", comment: "Group of the application form" })}</h2>
          <div className={styles.grid}>
            <WorkplaceField state={state} />
            <DepartmentField state={state} />
          </div>
        </section>
      </div>

      <footer className={styles.foot}>
        <div className={styles.consent}>
          {!application && (
            <Checkbox checked={accepted} onChecked={setAccepted} errorId={asked && !accepted ? consentId : undefined}>
              {t({ message: "I have read and accept the", comment: "Before the link 'privacy notice', beside a checkbox" })}{" "}
              <Button variant="link" onClick={() => setReading(true)}>{t({ message: "privacy notice", comment: "Link after 'I have read and accept the'" })}</Button>
            </Checkbox>
          )}
          {asked && !accepted && (
            <p id={consentId} role="alert">{t({ message: "Accept the notice to send the application.", comment: "Below the checkbox for the privacy notice" })}</p>
          )}
        </div>
        <span className={styles.push} />
        <Button variant="quiet" size={36} onClick={cancel}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
        <Button variant="primary" size={36} type="submit" busy={send.busy}>{t({ message: "Next: evidence", comment: "Button: send the form and go on to the images" })}</Button>
      </footer>
      <PrivacyNotice open={reading} onClose={() => setReading(false)} />
    </form>
  );
}
