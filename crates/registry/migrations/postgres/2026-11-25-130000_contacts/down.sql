DROP INDEX audit_by_subject;
DROP TABLE contact_requests;
