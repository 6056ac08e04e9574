import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { type Ref, useEffect, useState } from "react";
import type { PasswordStrength } from "@/bindings";
import { TextField } from "@/components/TextField/TextField";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import type { PlatformError } from "@/platform/types";
import styles from "./NewPassword.module.css";

/** What is wrong with the password itself, which its field says and no banner above. */
const OF_THE_PASSWORD: readonly PlatformError["code"][] = ["password_too_short", "password_too_weak"];

export function isOfThePassword(problem: PlatformError | null): boolean {
  return problem !== null && OF_THE_PASSWORD.includes(problem.code);
}

interface NewPasswordProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  /** What a guesser knows about the person: names, e-mail, hospital. */
  personal: readonly string[];
  /** Why the core refused it. */
  problem: PlatformError | null;
  /** In place of `problem`: nothing was entered. */
  missing?: string | undefined;
  ref?: Ref<HTMLInputElement>;
}

/** A password being chosen, and how hard it is to guess. */
export function NewPassword({ label, value, onValue, personal, problem, missing, ref }: NewPasswordProps) {
  const { t, i18n } = useLingui();
  return (
    <div className={styles.fields}>
      <TextField
        {...(ref ? { ref } : {})}
        label={label}
        type="password"
        value={value}
        onValue={onValue}
        help={t({ message: "12 characters or more; a few unrelated words are good", comment: "Below the field for a new password" })}
        error={missing ?? (problem && isOfThePassword(problem) ? errorSentence(i18n, problem) : undefined)}
        autoComplete="new-password"
        autoFocus
      />
      <Meter length={Array.from(value).length} strength={useStrength(value, personal)} />
    </div>
  );
}

/** Asked at every change and kept nowhere: a password does not belong into a cache of queries. */
function useStrength(password: string, personal: readonly string[]): PasswordStrength | null {
  const api = useApi();
  const [answer, setAnswer] = useState<{ password: string; strength: PasswordStrength } | null>(null);
  const known = JSON.stringify(personal);
  useEffect(() => {
    let current = true;
    if (password) {
      api.call("password_strength", { password, personal: JSON.parse(known) as string[] }).then(
        (strength) => { if (current) setAnswer({ password, strength }); },
        // It advises; whether the password is accepted, its own command says.
        () => undefined,
      );
    }
    return () => { current = false; };
  }, [api, password, known]);
  return password ? (answer?.strength ?? null) : null;
}

const BARS: Record<PasswordStrength, number> = { too_short: 0, weak: 1, fair: 2, good: 3, strong: 4 };

/** In bars and in a word. */
function Meter({ length, strength }: { length: number; strength: PasswordStrength | null }) {
  const { t } = useLingui();
  const words: Record<PasswordStrength, string> = {
    too_short: t({ message: plural(length, { one: "Too short, # character", other: "Too short, # characters" }), comment: "Strength of a password" }),
    weak: t({ message: plural(length, { one: "Too easy to guess, # character", other: "Too easy to guess, # characters" }), comment: "Strength of a password" }),
    fair: t({ message: plural(length, { one: "Fair, # character", other: "Fair, # characters" }), comment: "Strength of a password" }),
    good: t({ message: plural(length, { one: "Good, # character", other: "Good, # characters" }), comment: "Strength of a password" }),
    strong: t({ message: plural(length, { one: "Strong, # character", other: "Strong, # characters" }), comment: "Strength of a password" }),
  };
  return (
    <div className={styles.strength}>
      <span className={styles.meter} aria-hidden>{[1, 2, 3, 4].map((bar) => <i key={bar} data-on={(strength !== null && bar <= BARS[strength]) || undefined} />)}</span>
      <span role="status">{strength !== null && words[strength]}</span>
    </div>
  );
}
