-- Whom a grant is for, for SQLite. Statements end with a semicolon and an empty line.

ALTER TABLE budget_grant ADD COLUMN subject VARCHAR(120) DEFAULT '' NOT NULL;

ALTER TABLE budget_grant ADD COLUMN request VARCHAR(120);

CREATE UNIQUE INDEX ix_budget_grant_request ON budget_grant (request);
