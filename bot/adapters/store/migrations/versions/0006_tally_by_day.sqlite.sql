-- The day first in the key of the sums, for SQLite. Statements end with a semicolon and an empty line.

ALTER TABLE tally RENAME TO tally_before;

CREATE TABLE tally (
    day INTEGER NOT NULL,
    organisation VARCHAR(120) NOT NULL,
    scope VARCHAR(120) NOT NULL,
    subject VARCHAR(120) NOT NULL,
    sample SMALLINT NOT NULL,
    entries BIGINT DEFAULT '0' NOT NULL,
    avoided BIGINT DEFAULT '0' NOT NULL,
    failed BIGINT DEFAULT '0' NOT NULL,
    tokens BIGINT DEFAULT '0' NOT NULL,
    tokens_assessed BIGINT DEFAULT '0' NOT NULL,
    cost_neur BIGINT DEFAULT '0' NOT NULL,
    energy_low BIGINT DEFAULT '0' NOT NULL,
    energy_mid BIGINT DEFAULT '0' NOT NULL,
    energy_high BIGINT DEFAULT '0' NOT NULL,
    gwp_low BIGINT DEFAULT '0' NOT NULL,
    gwp_mid BIGINT DEFAULT '0' NOT NULL,
    gwp_high BIGINT DEFAULT '0' NOT NULL,
    water_low BIGINT DEFAULT '0' NOT NULL,
    water_mid BIGINT DEFAULT '0' NOT NULL,
    water_high BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_tally PRIMARY KEY (day, organisation, scope, subject, sample)
)
 WITHOUT ROWID;

INSERT INTO tally (
    day, organisation, scope, subject, sample, entries, avoided, failed, tokens,
    tokens_assessed, cost_neur, energy_low, energy_mid, energy_high, gwp_low, gwp_mid, gwp_high,
    water_low, water_mid, water_high
)
SELECT
    day, organisation, scope, subject, sample, entries, avoided, failed, tokens,
    tokens_assessed, cost_neur, energy_low, energy_mid, energy_high, gwp_low, gwp_mid, gwp_high,
    water_low, water_mid, water_high
FROM tally_before ORDER BY day, organisation, scope, subject, sample;

DROP TABLE tally_before;
