-- Keys of programs, for SQLite. Statements end with a semicolon and an empty line.

CREATE TABLE api_keys (
    id VARCHAR(16) NOT NULL,
    person VARCHAR(64) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    purpose_sealed BLOB NOT NULL,
    made_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    revoked_at BIGINT,
    CONSTRAINT pk_api_keys PRIMARY KEY (id),
    CONSTRAINT fk_api_keys_person FOREIGN KEY(person) REFERENCES persons (id)
);

CREATE INDEX ix_api_keys_person ON api_keys (person);
