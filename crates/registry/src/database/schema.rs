//! The tables of `migrations/`, which explains their columns.

use diesel::table;

table! {
    facts (key) { key -> Text, value -> Text, }
}

table! {
    resources (type_, id) {
        #[sql_name = "type"]
        type_ -> Text,
        id -> Text,
        version -> BigInt,
        seq -> BigInt,
        deleted -> Bool,
        changed_at -> BigInt,
        digest -> Binary,
        body -> Text,
    }
}

table! {
    changes (seq) {
        seq -> BigInt,
        #[sql_name = "type"]
        type_ -> Text,
        id -> Text,
        version -> BigInt,
        op -> Text,
        at -> BigInt,
    }
}

table! {
    organizations (id) { id -> Text, name -> Text, city -> Text, }
}

table! {
    practitioners (id) { id -> Text, han_name -> Text, latin_name -> Text, latin_key -> Text, }
}

table! {
    roles (id) { id -> Text, practitioner_id -> Text, organization_id -> Text, }
}

table! {
    versions (type_, id, version) {
        #[sql_name = "type"]
        type_ -> Text,
        id -> Text,
        version -> BigInt,
        deleted -> Bool,
        changed_at -> BigInt,
        body -> Text,
    }
}

table! {
    leaves (type_, id) {
        #[sql_name = "type"]
        type_ -> Text,
        id -> Text,
        part -> Text,
        leaf -> Binary,
    }
}

table! {
    places (organization) { organization -> Text, part -> Text, }
}

table! {
    publications (chain, number) {
        chain -> Text,
        number -> BigInt,
        seq -> BigInt,
        version -> BigInt,
        issued_at -> BigInt,
        changes -> Nullable<Text>,
        snapshot -> Nullable<Text>,
        changes_bytes -> BigInt,
        snapshot_bytes -> BigInt,
    }
}

table! {
    directory_keys (number) {
        number -> BigInt,
        verifying -> Text,
        seed_sealed -> Binary,
        passed_on -> Nullable<Text>,
        made_at -> BigInt,
    }
}

table! {
    entries (key) {
        key -> BigInt,
        kind -> SmallInt,
        id -> Text,
        changed_at -> BigInt,
        active -> SmallInt,
        name -> Text,
        family -> Text,
        given -> Text,
        city -> Text,
        sort_name -> Text,
        practitioner -> BigInt,
        organization -> BigInt,
    }
}

table! {
    words (word, key, field, spelt) { word -> Text, key -> BigInt, field -> SmallInt, spelt -> Text, }
}

table! {
    suffixes (suffix, word) { suffix -> Text, word -> Text, }
}

table! {
    codes (param, value, key) { param -> SmallInt, value -> Text, key -> BigInt, }
}

table! {
    origins (source, type_, source_id) {
        source -> Text,
        #[sql_name = "type"]
        type_ -> Text,
        source_id -> Text,
        id -> Text,
        own -> Bool,
    }
}

table! {
    applications (id) {
        id -> Text,
        reference -> Text,
        secret_digest -> Binary,
        status -> Text,
        version -> BigInt,
        han_name -> Text,
        latin_name -> Text,
        latin_key -> Text,
        title -> Text,
        department -> Text,
        work_email -> Text,
        work_phone -> Text,
        organization_id -> Nullable<Text>,
        hospital -> Text,
        city -> Text,
        licence_sealed -> Binary,
        licence_digest -> Binary,
        licence_ending -> Text,
        email_confirmed -> Bool,
        reason -> Nullable<Text>,
        note -> Nullable<Text>,
        created_at -> BigInt,
        submitted_at -> Nullable<BigInt>,
        opened -> Bool,
        decided_at -> Nullable<BigInt>,
        decided_by -> Nullable<Text>,
        valid_until -> Nullable<Text>,
        tokens_issued -> BigInt,
        kind -> Text,
        account -> Nullable<Text>,
        replaced -> Nullable<Text>,
    }
}

table! {
    email_codes (application_id) {
        application_id -> Text,
        digest -> Binary,
        expires_at -> BigInt,
        tries -> BigInt,
        sent_at -> Nullable<BigInt>,
    }
}

table! {
    evidence (application_id, id) {
        application_id -> Text,
        id -> Text,
        kind -> Text,
        file_name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Binary,
        key_sealed -> Nullable<Binary>,
        file -> Nullable<Text>,
        removed -> Bool,
        created_at -> BigInt,
    }
}

table! {
    localparts (localpart) { localpart -> Text, application_id -> Nullable<Text>, assigned_at -> BigInt, }
}

table! {
    accounts (user_id) {
        user_id -> Text,
        practitioner_id -> Text,
        application_id -> Nullable<Text>,
        name -> Text,
        email -> Text,
        organization -> Text,
        verifier -> Bool,
        revoked -> Bool,
        bound_at -> BigInt,
        verified_at -> Nullable<BigInt>,
        valid_until -> Nullable<Text>,
        lock_due -> Bool,
        email_due -> Bool,
    }
}

table! {
    removals (practitioner_id) {
        practitioner_id -> Text,
        reason -> Text,
        note -> Nullable<Text>,
        actor_id -> Text,
        actor -> Text,
        at -> BigInt,
    }
}

table! {
    reminders (user_id, valid_until, days) {
        user_id -> Text,
        valid_until -> Text,
        days -> BigInt,
        tried_at -> BigInt,
        sent_at -> Nullable<BigInt>,
    }
}

table! {
    sessions (digest) { digest -> Binary, user_id -> Text, expires_at -> BigInt, }
}

table! {
    openid_tokens (digest) { digest -> Binary, expires_at -> BigInt, }
}

table! {
    contact_requests (id) {
        id -> Text,
        asker -> Text,
        owner -> Text,
        kind -> Text,
        state -> Text,
        asked_at -> BigInt,
        answered_at -> Nullable<BigInt>,
        seq -> BigInt,
    }
}

table! {
    audit (seq) {
        seq -> BigInt,
        action -> Text,
        actor_id -> Text,
        actor -> Text,
        application_id -> Nullable<Text>,
        reference -> Nullable<Text>,
        subject -> Nullable<Text>,
        at -> BigInt,
        previous -> Binary,
        hash -> Binary,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    applications,
    audit,
    changes,
    codes,
    contact_requests,
    email_codes,
    entries,
    evidence,
    localparts,
    organizations,
    origins,
    practitioners,
    reminders,
    removals,
    resources,
    roles,
    sessions,
    suffixes,
    versions,
    words,
);
