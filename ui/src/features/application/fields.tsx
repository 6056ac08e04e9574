import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Field } from "@/bindings";
import { Select } from "@/components/Select/Select";
import { TextField } from "@/components/TextField/TextField";
import { useCommand } from "@/lib/query";
import { wordOf } from "@/lib/words";
import { HospitalField } from "./HospitalField";
import type { FormState } from "./useApplicationForm";
import { problemSentence } from "./words";

/** Where a field stands in its form. One that is left speaks up; the list it opens is still the field. */
export function Slot({ state, field, children }: { state: FormState; field: Field; children: ReactNode }) {
  return (
    <div
      onBlur={({ currentTarget, relatedTarget }) => {
        const inside = relatedTarget instanceof Element && (currentTarget.contains(relatedTarget) || relatedTarget.closest("[role=listbox], [role=dialog]"));
        if (!inside) state.leave(field);
      }}
    >
      {children}
    </div>
  );
}

/** What is wrong with a field, in a sentence. */
export function useFieldError(state: FormState): (field: Field) => string | undefined {
  const { i18n } = useLingui();
  return (field) => {
    const found = state.problem(field);
    return found && problemSentence(i18n, field, found, state.form.workplace.kind === "listed");
  };
}

interface FieldOfProps {
  state: FormState;
}

export function TitleField({ state }: FieldOfProps) {
  const { t, i18n } = useLingui();
  const terms = useCommand("terminology", null).data;
  return (
    <Slot state={state} field="title">
      <Select
        label={t({ message: "Title", comment: "Field: the doctor's professional title; 职称" })}
        options={(terms?.titles ?? []).map((each) => ({ value: each.code, label: wordOf(each, i18n.locale) }))}
        value={state.form.title || null}
        onValue={(title) => state.setForm({ title })}
        placeholder={t({ message: "Choose", comment: "In an empty field with a list" })}
        error={useFieldError(state)("title")}
      />
    </Slot>
  );
}

export function LicenceField({ state }: FieldOfProps) {
  const { t } = useLingui();
  return (
    <Slot state={state} field="licence_number">
      <TextField
        label={t({ message: "Licence number", comment: "Field: number of the practising licence; 执业证书编码" })}
        value={state.form.licence_number}
        onValue={(licence_number) => state.setForm({ licence_number })}
        ok={state.right("licence_number")}
        help={
          state.right("licence_number")
            ? t({ message: "15 digits, format valid", comment: "Below a licence number that has the right form" })
            : t({ message: "15 digits", comment: "Below the licence number" })
        }
        error={useFieldError(state)("licence_number")}
        inputMode="numeric"
        autoComplete="off"
      />
    </Slot>
  );
}

export function WorkEmailField({ state, help }: FieldOfProps & { help: string }) {
  const { t } = useLingui();
  return (
    <Slot state={state} field="work_email">
      <TextField
        label={t({ message: "Work e-mail", comment: "Field" })}
        value={state.form.work_email}
        onValue={(work_email) => state.setForm({ work_email })}
        ok={state.right("work_email")}
        help={help}
        error={useFieldError(state)("work_email")}
        type="email"
        inputMode="email"
        autoComplete="email"
        autoCapitalize="off"
      />
    </Slot>
  );
}

export function WorkPhoneField({ state }: FieldOfProps) {
  const { t } = useLingui();
  return (
    <Slot state={state} field="work_phone">
      <TextField
        label={t({ message: "Work phone", comment: "Field of the application form" })}
        value={state.form.work_phone}
        onValue={(work_phone) => state.setForm({ work_phone })}
        ok={state.right("work_phone")}
        help={t({ message: "A verifier may call it; colleagues see it", comment: "Below the work phone" })}
        error={useFieldError(state)("work_phone")}
        type="tel"
        inputMode="tel"
        autoComplete="work tel"
      />
    </Slot>
  );
}

/** The hospital, looked for at the service where one applies. */
export function WorkplaceField({ state }: FieldOfProps) {
  const error = useFieldError(state);
  return (
    <HospitalField
      server={state.server.trim()}
      workplace={state.form.workplace}
      onWorkplace={(workplace) => state.setForm({ workplace })}
      hospitalError={error("hospital")}
      cityError={error("city")}
      onSwitch={() => state.forgive("hospital", "city")}
      slot={(field, control) => <Slot key={field} state={state} field={field}>{control}</Slot>}
    />
  );
}

export function DepartmentField({ state }: FieldOfProps) {
  const { t, i18n } = useLingui();
  const terms = useCommand("terminology", null).data;
  return (
    <Slot state={state} field="department">
      <Select
        label={t({ message: "Department", comment: "Field of the application form; 科室" })}
        options={(terms?.departments ?? []).map((each) => ({ value: each.code, label: wordOf(each, i18n.locale) }))}
        value={state.form.department || null}
        onValue={(department) => state.setForm({ department })}
        placeholder={t({ message: "Choose", comment: "In an empty field with a list" })}
        help={t({ message: "As registered by the hospital", comment: "Below the department" })}
        error={useFieldError(state)("department")}
      />
    </Slot>
  );
}
