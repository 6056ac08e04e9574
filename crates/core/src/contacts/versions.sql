-- When each favourite, note and saved search was last changed, on a logical clock that the doctor's devices
-- share: seconds since 1970, or more where that would not be later than what the device knew. An item that has a version and no row of its own was deleted.
CREATE TABLE version (
    -- favourite, note or search.
    kind TEXT NOT NULL,
    -- FHIR Practitioner id; of a saved search its name.
    item TEXT NOT NULL,
    clock INTEGER NOT NULL,
    -- The Matrix device that changed it; empty for what was there before there were versions.
    device TEXT NOT NULL,
    PRIMARY KEY (kind, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX version_clock ON version (clock);

INSERT INTO version SELECT 'favourite', practitioner, 1, '' FROM favourite;
INSERT INTO version SELECT 'note', practitioner, 1, '' FROM note;
INSERT INTO version SELECT 'search', name, 1, '' FROM saved_search;
