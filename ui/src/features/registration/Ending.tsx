import { Link } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { BadgeCheck, UserRoundCog, Undo2 } from "lucide-react";
import type { ApplicationView, Registration } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { Progress } from "@/components/Progress/Progress";
import shared from "@/features/application/Application.module.css";
import { Heading } from "@/features/application/Heading";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import styles from "./Ending.module.css";

/** The password was chosen; the core makes the account and signs in, over restarts too. */
export function MakingAccount({ registration: { problem } }: { registration: Registration }) {
  const { t, i18n } = useLingui();
  const title = t({ message: "Making your account", comment: "Title while the account is being made" });
  return (
    <div className={shared.middle}>
      <div className={shared.column}>
        <div className={shared.hero}>
          <span className={shared.badge}><Icon icon={UserRoundCog} size={24} /></span>
          <div>
            <Heading lead={t({ message: "This takes a few seconds, and you are signed in at the end. If the program is closed now, it goes on from here; it may ask for the password once more.", comment: "Below 'Making your account'" })}>{title}</Heading>
          </div>
        </div>
        <div className={styles.progress}><Progress label={title} value={null} max={1} /></div>
        {problem && (
          <Banner tone="warn" title={errorSentence(i18n, problem)}>
            <p>{t({ message: "It is tried again by itself.", comment: "Below a problem while the account is being made" })}</p>
          </Banner>
        )}
      </div>
    </div>
  );
}

/** The account exists, and nobody is signed in. */
export function Active() {
  const { t } = useLingui();
  return (
    <div className={shared.middle}>
      <div className={shared.column}>
        <div className={shared.hero}>
          <span className={shared.badge}><Icon icon={BadgeCheck} size={24} /></span>
          <div>
            <Heading lead={t({ message: "Sign in with your work e-mail and the password you chose.", comment: "Below 'Your account is ready'" })}>
              {t({ message: "Your account is ready", comment: "Title once the account exists" })}
            </Heading>
          </div>
        </div>
        <div className={shared.actions}><Link to="/sign-in" className={styles.button}>{t({ message: "Sign in", comment: "Title of the sign-in page, and its button" })}</Link></div>
      </div>
    </div>
  );
}

/** Taken back, on this machine or another. */
export function Withdrawn({ application }: { application: ApplicationView }) {
  const { t, i18n } = useLingui();
  const forget = useAction("registration_withdraw");
  return (
    <div className={shared.middle}>
      <div className={shared.column}>
        <div className={shared.hero}>
          <span className={shared.badge} data-tone="warn"><Icon icon={Undo2} size={24} /></span>
          <div>
            <Heading lead={t({ message: `Application ${application.reference} was taken back and its evidence destroyed.`, comment: "Below 'Application withdrawn'; a reference such as AP-2607-03318" })}>
              {t({ message: "Application withdrawn", comment: "Title after the application was taken back" })}
            </Heading>
          </div>
        </div>
        {forget.error && <div className={shared.banner}><Banner tone="danger">{errorSentence(i18n, forget.error)}</Banner></div>}
        <div className={shared.actions}>
          <Button variant="primary" size={36} busy={forget.busy} onClick={() => forget.run(null)}>{t({ message: "Apply anew", comment: "Button: forget the withdrawn application and begin another" })}</Button>
        </div>
      </div>
    </div>
  );
}
