-- The doctor's applications about their own entry: what was typed is nowhere else until it is sent.
CREATE TABLE own_application (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    -- OwnApplication, JSON.
    kept TEXT NOT NULL
) STRICT;
