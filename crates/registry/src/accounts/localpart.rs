//! Which localpart an account gets: `lin.jianing`, `lin.jianing2`, …

use crate::clock::Millis;
use crate::database::on_either;
use crate::database::schema::localparts;
use crate::directory::names::latin_key;
use crate::http::App;
use crate::problem::{Code, Problem};
use diesel::prelude::*;

/// Room for a number within what a Matrix user id may have (255 bytes with server name).
const LIMIT: usize = 60;
/// Namesakes tried; more of them than that means that something else is wrong.
const NAMESAKES: u32 = 10_000;

/// `lin.jianing` of `Lin Jianing`.
fn base(latin_name: &str) -> String {
    let base: String = latin_key(latin_name).replace(' ', ".").chars().take(LIMIT).collect();
    let base = base.trim_matches(['.', '-']);
    if base.is_empty() { "doctor".to_owned() } else { base.to_owned() }
}

/// The last localpart that was assigned to an application.
pub async fn of(app: &App, application_id: &str) -> Result<Option<String>, Problem> {
    let id = application_id.to_owned();
    app.database
        .read(move |c| {
            Ok(localparts::table
                .filter(localparts::application_id.eq(id))
                .order((localparts::assigned_at.desc(), localparts::localpart.desc()))
                .select(localparts::localpart)
                .first(c)
                .optional()?)
        })
        .await
}

/// Assigns one that neither the registry has given out nor the homeserver knows.
pub async fn assign(app: &App, latin_name: &str, application_id: Option<&str>) -> Result<String, Problem> {
    let base = base(latin_name);
    for number in 1..=NAMESAKES {
        let localpart = if number == 1 { base.clone() } else { format!("{base}{number}") };
        let taken = app.database.read({
            let localpart = localpart.clone();
            move |c| {
                Ok(localparts::table.find(localpart).select(localparts::localpart).first::<String>(c).optional()?)
            }
        });
        if taken.await?.is_some() || app.homeserver.account(&app.homeserver.user_id(&localpart)).await?.is_some() {
            continue;
        }
        let new = (localpart.clone(), application_id.map(str::to_owned), app.now());
        let inserted = app.database.write(move |c| {
            let (localpart, application_id, at): (String, Option<String>, Millis) = new;
            let new = (
                localparts::localpart.eq(localpart),
                localparts::application_id.eq(application_id),
                localparts::assigned_at.eq(at),
            );
            let insert = diesel::insert_into(localparts::table).values(new).on_conflict_do_nothing();
            Ok(on_either!(c, |c| insert.execute(c))?)
        });
        if inserted.await? == 1 {
            return Ok(localpart);
        }
    }
    Err(Code::Conflict.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_localpart_is_the_folded_name() {
        assert_eq!(base("Lin Jianing"), "lin.jianing");
        assert_eq!(base("Zoë O’Brien-Müller"), "zoe.obrien-muller");
        assert_eq!(base("Łukasz Sørensen"), "lukasz.sorensen");
        assert_eq!(base("J. R. Weiß"), "j.r.weiss");
        assert_eq!(base("...--"), "doctor");
        assert_eq!(base(&"Annabelle ".repeat(12)).len(), 59);
    }
}
