//! Mails before a verification runs out.

use super::*;
use chrono::{Months, TimeDelta, Utc};
use consilium_testbed::{Backend, on_both_databases};

on_both_databases! {
    each_mail_comes_once_whoever_sweeps_and_again_if_it_was_not_taken,
}

async fn each_mail_comes_once_whoever_sweeps_and_again_if_it_was_not_taken(on: Backend) -> anyhow::Result<()> {
    let mut bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let email = "lin.jianing@jzfy.example";
    let until = Utc::now().date_naive().checked_add_months(Months::new(12)).unwrap();
    let about_the_end = |bed: &Testbed| {
        let mails = bed.mail.to(email);
        mails.into_iter().filter(|mail| mail.subject.contains(&until.to_string())).collect::<Vec<_>>()
    };
    let days = (until - Utc::now().date_naive()).num_days();
    bed.clock.turn(TimeDelta::days(days - 61));
    bed.registry()?.sweep().await?;
    assert!(about_the_end(&bed).is_empty(), "sixty-one days are left");

    bed.clock.turn(TimeDelta::days(1));
    bed.mail.set_down(true);
    // The sweep does what else there is to do.
    bed.registry()?.sweep().await?;
    bed.mail.set_down(false);
    bed.registry()?.sweep().await?;
    assert!(about_the_end(&bed).is_empty(), "a mail server is not asked again within the hour");
    bed.clock.turn(TimeDelta::minutes(61));
    bed.registry()?.sweep().await?;
    let [mail] = about_the_end(&bed).try_into().unwrap();
    assert!(mail.body.contains(&format!("有效期至 {until}")), "{}", mail.body);
    assert!(mail.body.contains(&format!("valid through {until}")), "{}", mail.body);
    for secret in ["3517", "林嘉宁", "Lin", "@lin"] {
        assert!(!mail.body.contains(secret), "{}", mail.body);
    }

    // Neither a restart nor another process sends it again.
    bed.stop_registry().await;
    bed.start_registry().await?;
    bed.registry()?.sweep().await?;
    if on == Backend::Postgres {
        let beside = bed.beside().await?;
        let (here, there) = tokio::join!(bed.registry()?.sweep(), beside.registry().sweep());
        here.and(there)?;
    }
    assert_eq!(about_the_end(&bed).len(), 1);
    let reminded = |trail: &[AuditEntry]| trail.iter().filter(|line| line.action == AuditAction::Reminded).count();
    assert_eq!(reminded(&trail(&bed, &verifier).await?), 1);

    bed.clock.turn(TimeDelta::days(46));
    bed.registry()?.sweep().await?;
    assert_eq!(about_the_end(&bed).len(), 2);
    // Renewed with fourteen days left: there is no other mail about this end.
    let mut renewal = Followup::of(&bed, &lin).await?;
    renewal.put(&bed, Change::Renewal).await?.read::<ApplicationView>()?;
    renewal.submit(&bed).await?.read::<ApplicationView>()?;
    renewal.reviewed().approved_by(&bed, &verifier).await?;
    bed.clock.turn(TimeDelta::days(13));
    bed.registry()?.sweep().await?;
    assert_eq!(about_the_end(&bed).len(), 2);
    assert_eq!(reminded(&trail(&bed, &verifier).await?), 2);
    Ok(())
}
