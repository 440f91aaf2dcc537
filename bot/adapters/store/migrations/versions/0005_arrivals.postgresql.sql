-- What came in and is not done yet, for PostgreSQL. Statements end with a semicolon and an empty line.

CREATE TABLE arrivals (
    id VARCHAR(64) NOT NULL,
    door VARCHAR(80) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    body_sealed BYTEA NOT NULL,
    at BIGINT NOT NULL,
    lease BIGINT NOT NULL,
    tries SMALLINT NOT NULL,
    CONSTRAINT pk_arrivals PRIMARY KEY (id)
);

CREATE TABLE heard (
    door VARCHAR(80) NOT NULL,
    until BIGINT NOT NULL,
    CONSTRAINT pk_heard PRIMARY KEY (door)
);

COMMENT ON COLUMN arrivals.id IS 'its receipt, and the id of the ask it becomes';

COMMENT ON COLUMN arrivals.door IS 'platform and organisation';

COMMENT ON COLUMN heard.door IS 'platform and organisation';

COMMENT ON COLUMN heard.until IS 'everything said before it was taken';
