//! `expression IN (SELECT …)` for a boxed selection. Diesel's own `eq_any` asks that a selection can be written for each
//! of the databases by itself, which one that is boxed for either cannot.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

/// Made by [`among`].
#[derive(Clone, Copy, Debug)]
pub struct Among<E, S> {
    expression: E,
    selection: S,
}

/// Whether the expression is one of what is selected.
pub fn among<E: Expression, S>(expression: E, selection: S) -> Among<E, S> {
    Among { expression, selection }
}

impl<E: Expression, S> Expression for Among<E, S> {
    type SqlType = Bool;
}

impl<E: AppearsOnTable<T>, S, T> AppearsOnTable<T> for Among<E, S> {}

impl<E: SelectableExpression<T>, S, T> SelectableExpression<T> for Among<E, S> {}

impl<E: ValidGrouping<G>, S, G> ValidGrouping<G> for Among<E, S> {
    type IsAggregate = E::IsAggregate;
}

/// A boxed selection is another statement each time.
impl<E, S> QueryId for Among<E, S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<E: QueryFragment<B>, S: QueryFragment<B>, B: Backend> QueryFragment<B> for Among<E, S> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, B>) -> QueryResult<()> {
        self.expression.walk_ast(pass.reborrow())?;
        pass.push_sql(" IN (");
        self.selection.walk_ast(pass.reborrow())?;
        pass.push_sql(")");
        Ok(())
    }
}
