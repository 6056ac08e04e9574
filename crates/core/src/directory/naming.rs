//! Names outside of the directory's rows, of whoever and whatever is in a conversation: found as a colleague's is.

use super::fold::query_words;
use super::names::NameForms;
use consilium_api::account::Name;
use consilium_api::directory::NameMatch;
use std::collections::BTreeSet;

/// Tokens whose beginnings find the name.
pub(crate) fn tokens(name: &Name) -> BTreeSet<String> {
    NameForms::new(&name.han, 0, &name.latin, 0).tokens()
}

/// The words of a search, as tokens begin with them.
pub(crate) fn words(text: &str) -> Vec<String> {
    query_words(text).into_iter().map(|typed| typed.word.text).collect()
}

/// Where the words of a search are in the name.
pub(crate) fn matched(name: &Name, text: &str) -> NameMatch {
    let forms = NameForms::new(&name.han, 0, &name.latin, 0);
    let mut found = NameMatch::default();
    for typed in query_words(text) {
        forms.highlight(&typed.word, &mut found);
    }
    found
}
