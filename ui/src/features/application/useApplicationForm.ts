import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { ApplicationForm, Field, FieldProblem, FormProblem, RegistrationDraft } from "@/bindings";
import { PlatformError } from "@/platform/types";
import type { FormKeeper } from "./commands";
import { type Checked, FIELDS, isRight, problemOf, sameForm } from "./form";

/** How long one pauses before the form is checked, and before it is saved. */
const CHECK_AFTER_MS = 200;
const SAVE_AFTER_MS = 700;

/**
 * The form as it is being filled in. Its rules are the core's; a field speaks up once it was left. It is saved on every
 * pause and when the screen or the window closes, so that nothing typed is ever lost.
 */
export function useApplicationForm(initial: RegistrationDraft, keeper: FormKeeper) {
  const [draft, setDraft] = useState(initial);
  const [left, setLeft] = useState<ReadonlySet<Field>>(new Set());
  const [checked, setChecked] = useState<Checked | null>(null);
  // What the registry objected to is no check's to take back: only another value is.
  const [objected, setObjected] = useState<Checked | null>(null);
  const [saveProblem, setSaveProblem] = useState<PlatformError | null>(null);
  const saved = useRef(initial);
  const givenUp = useRef(false);
  const { form, server } = draft;

  const setForm = (change: Partial<ApplicationForm>) => setDraft((before) => ({ ...before, form: { ...before.form, ...change } }));

  const ask = async (asked: ApplicationForm): Promise<readonly FormProblem[]> => {
    const problems = await keeper.check(asked);
    setChecked({ form: asked, problems });
    return problems;
  };

  const check = useEffectEvent((asked: ApplicationForm) => keeper.check(asked));
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(() => {
      check(form).then(
        (problems) => { if (!stale) setChecked({ form, problems }); },
        // What cannot be checked here is checked on Next, which says why it failed.
        () => undefined,
      );
    }, CHECK_AFTER_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [form]);

  const save = useEffectEvent(() => {
    if (givenUp.current) return;
    if (saved.current.server === draft.server && sameForm(saved.current.form, draft.form)) return;
    saved.current = draft;
    keeper.save(draft).then(
      () => setSaveProblem(null),
      (error: unknown) => setSaveProblem(PlatformError.from(error)),
    );
  });
  useEffect(() => {
    const timer = setTimeout(() => save(), SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  useEffect(() => {
    const flush = () => save();
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, []);

  const problem = (field: Field) => problemOf(objected, form, field) ?? problemOf(checked, form, field);

  return {
    form,
    server,
    setForm,
    setServer: (next: string) => setDraft((before) => ({ ...before, server: next })),
    /** A field is left: from now on it says what is wrong with it. */
    leave: (field: Field) => {
      setLeft((before) => new Set(before).add(field));
      ask(form).catch(() => undefined);
    },
    /** A field is begun anew, in another way: it says nothing yet. */
    forgive: (...fields: Field[]) => setLeft((before) => new Set([...before].filter((each) => !fields.includes(each)))),
    problem: (field: Field): FieldProblem | undefined => (left.has(field) ? problem(field) : undefined),
    right: (field: Field): boolean => problem(field) === undefined && isRight(checked, form, field),
    /** Checks everything now and lets every field speak. */
    checkAll: () => {
      setLeft(new Set(FIELDS));
      return ask(form);
    },
    /** Takes over what the registry itself objected to. */
    objected: (problems: readonly FormProblem[]) => {
      setLeft(new Set(FIELDS));
      setObjected({ form, problems });
    },
    /** What stands here is about to be sent: there is nothing left to save. */
    settle: (as: RegistrationDraft) => { saved.current = as; },
    /** What stands here is given up for what was there before. */
    revert: (to: RegistrationDraft) => {
      givenUp.current = true;
      // A draft that stays behind is shown again at the next start, and can be given up again.
      keeper.save(to).catch(() => undefined);
    },
    saveProblem,
  };
}

export type FormState = ReturnType<typeof useApplicationForm>;
