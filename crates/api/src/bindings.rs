//! TypeScript for everything in [`crate::commands`]: one file, written by `cargo xtask bindings`.

use crate::commands::{Tag, visit_commands, visit_subscriptions};
use std::collections::BTreeMap;
use std::fmt::Write;
use ts_rs::{Config, TS, TypeVisitor};

pub(crate) trait Visit {
    fn command<I: TS + 'static, O: TS + 'static>(&mut self, name: &str, reads: &[Tag]);
    fn subscription<I: TS + 'static, E: TS + 'static>(&mut self, name: &str);
}

struct Writer {
    config: Config,
    declarations: BTreeMap<String, String>,
    commands: String,
    reads: String,
    subscriptions: String,
}

impl Writer {
    /// Declares `T` and all it is made of; answers how to name it.
    fn declare<T: TS + 'static + ?Sized>(&mut self) -> String {
        // What a list or an option is made of; their own dependencies are those of that type, which may hold itself.
        T::visit_generics(self);
        let name = T::name(&self.config);
        if T::output_path().is_some() {
            let ident = T::ident(&self.config);
            if !self.declarations.contains_key(&ident) {
                let docs = T::docs().unwrap_or_default();
                self.declarations.insert(ident, format!("{docs}export {}\n", T::decl(&self.config)));
                T::visit_dependencies(self);
            }
        }
        name
    }
}

impl TypeVisitor for Writer {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.declare::<T>();
    }
}

impl Visit for Writer {
    fn command<I: TS + 'static, O: TS + 'static>(&mut self, name: &str, reads: &[Tag]) {
        let (input, output) = (self.declare::<I>(), self.declare::<O>());
        let _ = writeln!(self.commands, "  {name}: {{ input: {input}; output: {output} }};");
        if !reads.is_empty() {
            self.declare::<Tag>();
            let tags = serde_json::to_string(reads).unwrap_or_default();
            let _ = writeln!(self.reads, "  {name}: {tags},");
        }
    }

    fn subscription<I: TS + 'static, E: TS + 'static>(&mut self, name: &str) {
        let (input, event) = (self.declare::<I>(), self.declare::<E>());
        let _ = writeln!(self.subscriptions, "  {name}: {{ input: {input}; event: {event} }};");
    }
}

/// The whole TypeScript file.
pub fn typescript() -> String {
    let mut writer = Writer {
        config: Config::new().with_large_int("number"),
        declarations: BTreeMap::new(),
        commands: String::new(),
        reads: String::new(),
        subscriptions: String::new(),
    };
    writer.declare::<crate::Error>();
    visit_commands(&mut writer);
    visit_subscriptions(&mut writer);
    let declarations = writer.declarations.into_values().collect::<Vec<_>>().join("\n");
    format!(
        "// Generated from crates/api by `cargo xtask bindings`. Do not edit.\n\n{declarations}\n\
         /** Every command: what it takes and what it answers. */\nexport interface Commands {{\n{}}}\n\n\
         /** Every subscription: what it takes and what its events are. */\nexport interface Subscriptions {{\n{}}}\n\n\
         /** Which data a command reads: asked again when a `changes` event names its tag. */\n\
         export const READS: {{ readonly [C in keyof Commands]?: readonly Tag[] }} = {{\n{}}};\n",
        writer.commands, writer.subscriptions, writer.reads
    )
}

#[cfg(test)]
mod tests {
    use super::typescript;

    #[test]
    fn every_named_type_is_declared() {
        let text = typescript();
        for name in ["ApplicationForm", "ListUpdate<T>", "TimelineItem", "Block", "ReviewDetail", "ErrorCode", "Tag"] {
            assert!(text.contains(&format!("export type {name} =")), "{name} is missing");
        }
        assert!(text.contains("timeline: { input: RoomRef; event: TimelineUpdate };"));
        assert!(!text.contains("bigint"));
    }
}
