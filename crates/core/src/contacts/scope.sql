-- How much of the directory the doctor wants on this machine (directory/scope.rs): the directory's own file may be set aside.
CREATE TABLE scope (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    -- Scope, JSON.
    scope TEXT NOT NULL
) STRICT;
