//! What the demo says when it is ready.

use std::io::Write;

use anyhow::Result;
use serde_json::json;

use super::{Account, Running, State};

/// One line of JSON for programs, or a table for people.
pub fn ready(headless: bool, running: &Running, state: &State) -> Result<()> {
    let mut out = std::io::stdout().lock();
    if headless {
        writeln!(out, "{}", line(running, state))?;
    } else {
        write!(out, "{}", table(&state.accounts))?;
        writeln!(out, "\n服务器 Server   {}", running.registry.base_url())?;
        writeln!(out, "邮箱 Mail       {}   (codes and password resets arrive here)", running.mail.url())?;
        writeln!(out, "结束 End        close the windows, or Ctrl-C")?;
    }
    out.flush()?;
    Ok(())
}

fn line(running: &Running, state: &State) -> serde_json::Value {
    let accounts: Vec<_> = state
        .accounts
        .iter()
        .map(|account| {
            json!({
                "name": account.latin_name,
                "local_name": account.name,
                "user_id": account.user_id,
                "password": account.password,
                "role": account.role,
            })
        })
        .collect();
    let ui: Vec<_> = running.hosts.iter().map(|(name, url, _)| json!({"as": name, "url": url})).collect();
    json!({
        "ready": true,
        "homeserver": running.synapse.base_url(),
        "registry": running.registry.base_url(),
        "mail": running.mail.url(),
        "accounts": accounts,
        "ui": ui,
    })
}

fn table(accounts: &[Account]) -> String {
    let header =
        ["姓名 Name".to_owned(), "账号 Account".to_owned(), "密码 Password".to_owned(), "角色 Role".to_owned()];
    let rows: Vec<[String; 4]> = std::iter::once(header)
        .chain(accounts.iter().map(|account| {
            let name = if account.name == account.latin_name {
                account.name.clone()
            } else {
                format!("{} {}", account.name, account.latin_name)
            };
            let role = if account.role == "verifier" { "核验员 verifier" } else { "医师 physician" };
            [name, account.user_id.clone(), account.password.clone(), role.to_owned()]
        }))
        .collect();
    let mut text = String::from("\n");
    for row in &rows {
        for (column, cell) in row.iter().enumerate() {
            let width = rows.iter().map(|row| columns(&row[column])).max().unwrap_or_default();
            text.push_str(cell);
            text.push_str(&" ".repeat(width - columns(cell) + 3));
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

/// Columns of a terminal that the text takes: Han characters and full-width forms take two.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| {
            if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ff60}') { 2 } else { 1 }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_in_both_scripts() {
        let account = |name: &str, latin: &str| Account {
            name: name.into(),
            latin_name: latin.into(),
            user_id: "@x:demo".into(),
            password: "p".into(),
            role: "physician".into(),
        };
        let text = table(&[account("林嘉宁", "Lin Jianing"), account("Hannah Weiss", "Hannah Weiss")]);
        let starts: Vec<usize> =
            text.lines().filter_map(|line| line.find("@x:demo").map(|at| columns(&line[..at]))).collect();
        assert_eq!(starts, [21, 21]);
    }
}
