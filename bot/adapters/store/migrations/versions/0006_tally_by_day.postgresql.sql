-- The day first in the key of the sums, for PostgreSQL. Statements end with a semicolon and an empty line.

ALTER TABLE tally
    DROP CONSTRAINT pk_tally,
    ADD CONSTRAINT pk_tally PRIMARY KEY (day, organisation, scope, subject, sample);
