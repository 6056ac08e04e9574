DROP INDEX resources_by_type;
DROP TABLE versions;
DROP TABLE codes;
DROP TABLE suffixes;
DROP TABLE words;
DROP TABLE entries;
DELETE FROM facts WHERE key = 'search index';
