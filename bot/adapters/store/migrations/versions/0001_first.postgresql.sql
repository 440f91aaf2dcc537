-- The tables of the first release, for PostgreSQL. Statements end with a semicolon and an empty line.

CREATE TABLE activity (
    seq BIGSERIAL NOT NULL,
    organisation VARCHAR(120) NOT NULL,
    position BIGINT NOT NULL,
    entry VARCHAR(120) NOT NULL,
    phase SMALLINT NOT NULL,
    kind VARCHAR(120) NOT NULL,
    at BIGINT NOT NULL,
    day INTEGER NOT NULL,
    person VARCHAR(120),
    team VARCHAR(120),
    ask VARCHAR(120),
    purpose VARCHAR(120),
    parent VARCHAR(120),
    template VARCHAR(120),
    area VARCHAR(120),
    platform VARCHAR(120),
    sample BIGINT,
    card VARCHAR(120),
    provider VARCHAR(120),
    model VARCHAR(120),
    model_served VARCHAR(120),
    host VARCHAR(120),
    hosting VARCHAR(120),
    zone VARCHAR(120),
    zone_basis VARCHAR(120),
    impacts_as VARCHAR(120),
    token_source VARCHAR(120),
    tokens_in BIGINT,
    tokens_cached BIGINT,
    tokens_cache_write BIGINT,
    tokens_out BIGINT,
    tokens_reasoning BIGINT,
    latency_us BIGINT,
    first_token_us BIGINT,
    cost_neur BIGINT,
    price_since BIGINT,
    watts_mw BIGINT,
    measured_nwh BIGINT,
    reason VARCHAR(120),
    digest BYTEA NOT NULL,
    CONSTRAINT pk_activity PRIMARY KEY (seq),
    CONSTRAINT uq_activity_entry_phase UNIQUE (entry, phase),
    CONSTRAINT uq_activity_organisation_position UNIQUE (organisation, position)
);

COMMENT ON COLUMN activity.position IS 'rises by one within an organisation';

COMMENT ON COLUMN activity.phase IS '0 opening, 1 closing, 2 counter-entry';

COMMENT ON COLUMN activity.kind IS 'opened, settled, failed, avoided, countered';

COMMENT ON COLUMN activity.at IS 'microseconds since 1970, UTC';

COMMENT ON COLUMN activity.day IS 'in the organisation''s zone, as 20261123';

COMMENT ON COLUMN activity.digest IS 'SHA-256 of the one before and of this row';

CREATE OR REPLACE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;

CREATE TRIGGER activity_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON activity FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses();

CREATE TABLE assessment (
    activity BIGINT NOT NULL,
    revision SMALLINT NOT NULL,
    at BIGINT NOT NULL,
    method VARCHAR(120) NOT NULL,
    library VARCHAR(120) NOT NULL,
    factors VARCHAR(120) NOT NULL,
    tier VARCHAR(120) NOT NULL,
    matched VARCHAR(120) NOT NULL,
    model_key VARCHAR(120),
    zone VARCHAR(120),
    active_m BIGINT,
    total_m BIGINT,
    pue_milli BIGINT,
    grid_mg_kwh BIGINT,
    warnings VARCHAR(480),
    cause VARCHAR(120),
    energy_low BIGINT,
    energy_mid BIGINT,
    energy_high BIGINT,
    prefill_low BIGINT,
    prefill_mid BIGINT,
    prefill_high BIGINT,
    gwp_low BIGINT,
    gwp_mid BIGINT,
    gwp_high BIGINT,
    usage_low BIGINT,
    usage_mid BIGINT,
    usage_high BIGINT,
    embodied_low BIGINT,
    embodied_mid BIGINT,
    embodied_high BIGINT,
    adpe_low BIGINT,
    adpe_mid BIGINT,
    adpe_high BIGINT,
    pe_low BIGINT,
    pe_mid BIGINT,
    pe_high BIGINT,
    water_low BIGINT,
    water_mid BIGINT,
    water_high BIGINT,
    CONSTRAINT pk_assessment PRIMARY KEY (activity, revision)
);

COMMENT ON COLUMN assessment.activity IS 'seq of the closing row';

COMMENT ON COLUMN assessment.revision IS 'the highest one counts';

COMMENT ON COLUMN assessment.factors IS 'digest of the model and electricity tables';

COMMENT ON COLUMN assessment.tier IS 'measured, supplier, model, proxy, spend, none';

COMMENT ON COLUMN assessment.matched IS 'exact, alias, proxy, none';

COMMENT ON COLUMN assessment.active_m IS 'active parameters, millions';

COMMENT ON COLUMN assessment.total_m IS 'all parameters, millions';

COMMENT ON COLUMN assessment.grid_mg_kwh IS 'electricity factor, mgCO2e a kWh';

COMMENT ON COLUMN assessment.warnings IS 'codes, separated by spaces';

COMMENT ON COLUMN assessment.cause IS 'why it supersedes the one before';

CREATE TRIGGER assessment_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON assessment FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses();

CREATE TABLE rollup (
    organisation VARCHAR(120) NOT NULL,
    day INTEGER NOT NULL,
    facets BIGINT NOT NULL,
    team VARCHAR(120) NOT NULL,
    area VARCHAR(120) NOT NULL,
    template VARCHAR(120) NOT NULL,
    purpose VARCHAR(120) NOT NULL,
    kind VARCHAR(120) NOT NULL,
    reason VARCHAR(120) NOT NULL,
    provider VARCHAR(120) NOT NULL,
    model VARCHAR(120) NOT NULL,
    hosting VARCHAR(120) NOT NULL,
    zone VARCHAR(120) NOT NULL,
    zone_basis VARCHAR(120) NOT NULL,
    tier VARCHAR(120) NOT NULL,
    method VARCHAR(120) NOT NULL,
    sample SMALLINT NOT NULL,
    entries BIGINT DEFAULT '0' NOT NULL,
    tokens_in BIGINT DEFAULT '0' NOT NULL,
    tokens_cached BIGINT DEFAULT '0' NOT NULL,
    tokens_out BIGINT DEFAULT '0' NOT NULL,
    tokens_estimated BIGINT DEFAULT '0' NOT NULL,
    tokens_assessed BIGINT DEFAULT '0' NOT NULL,
    cost_neur BIGINT DEFAULT '0' NOT NULL,
    unpriced BIGINT DEFAULT '0' NOT NULL,
    latency_us BIGINT DEFAULT '0' NOT NULL,
    energy_low BIGINT DEFAULT '0' NOT NULL,
    energy_mid BIGINT DEFAULT '0' NOT NULL,
    energy_high BIGINT DEFAULT '0' NOT NULL,
    prefill_low BIGINT DEFAULT '0' NOT NULL,
    prefill_mid BIGINT DEFAULT '0' NOT NULL,
    prefill_high BIGINT DEFAULT '0' NOT NULL,
    gwp_low BIGINT DEFAULT '0' NOT NULL,
    gwp_mid BIGINT DEFAULT '0' NOT NULL,
    gwp_high BIGINT DEFAULT '0' NOT NULL,
    usage_low BIGINT DEFAULT '0' NOT NULL,
    usage_mid BIGINT DEFAULT '0' NOT NULL,
    usage_high BIGINT DEFAULT '0' NOT NULL,
    embodied_low BIGINT DEFAULT '0' NOT NULL,
    embodied_mid BIGINT DEFAULT '0' NOT NULL,
    embodied_high BIGINT DEFAULT '0' NOT NULL,
    adpe_low BIGINT DEFAULT '0' NOT NULL,
    adpe_mid BIGINT DEFAULT '0' NOT NULL,
    adpe_high BIGINT DEFAULT '0' NOT NULL,
    pe_low BIGINT DEFAULT '0' NOT NULL,
    pe_mid BIGINT DEFAULT '0' NOT NULL,
    pe_high BIGINT DEFAULT '0' NOT NULL,
    water_low BIGINT DEFAULT '0' NOT NULL,
    water_mid BIGINT DEFAULT '0' NOT NULL,
    water_high BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_rollup PRIMARY KEY (organisation, day, facets)
);

COMMENT ON COLUMN rollup.facets IS 'digest of the facets';

CREATE TABLE tally (
    organisation VARCHAR(120) NOT NULL,
    scope VARCHAR(120) NOT NULL,
    subject VARCHAR(120) NOT NULL,
    day INTEGER NOT NULL,
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
    CONSTRAINT pk_tally PRIMARY KEY (organisation, scope, subject, day, sample)
);

COMMENT ON COLUMN tally.scope IS 'organisation, team or person';

COMMENT ON COLUMN tally.subject IS 'team or ledger key; empty for the organisation';

CREATE TABLE budget (
    id BIGSERIAL NOT NULL,
    organisation VARCHAR(120) NOT NULL,
    scope VARCHAR(120) NOT NULL,
    subject VARCHAR(120) NOT NULL,
    measure VARCHAR(120) NOT NULL,
    period VARCHAR(120) NOT NULL,
    amount BIGINT NOT NULL,
    hard SMALLINT NOT NULL,
    set_by VARCHAR(120) NOT NULL,
    set_at BIGINT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT pk_budget PRIMARY KEY (id)
);

CREATE INDEX ix_budget_organisation ON budget (organisation);

COMMENT ON COLUMN budget.measure IS 'tokens, euros, gco2e';

COMMENT ON COLUMN budget.period IS 'day, week, month, year';

COMMENT ON COLUMN budget.amount IS 'tokens, nano-euros or nanograms';

CREATE TABLE budget_grant (
    id BIGSERIAL NOT NULL,
    budget BIGINT NOT NULL,
    first_day INTEGER NOT NULL,
    amount BIGINT NOT NULL,
    granted_by VARCHAR(120) NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pk_budget_grant PRIMARY KEY (id)
);

CREATE INDEX ix_budget_grant_budget ON budget_grant (budget);

COMMENT ON COLUMN budget_grant.first_day IS 'first day of the period it holds for';

CREATE TABLE reservation (
    entry VARCHAR(120) NOT NULL,
    organisation VARCHAR(120) NOT NULL,
    team VARCHAR(120),
    person VARCHAR(120) NOT NULL,
    day INTEGER NOT NULL,
    tokens BIGINT NOT NULL,
    euros BIGINT NOT NULL,
    gco2e BIGINT NOT NULL,
    CONSTRAINT pk_reservation PRIMARY KEY (entry)
);

CREATE INDEX ix_reservation_organisation ON reservation (organisation);

COMMENT ON COLUMN reservation.euros IS 'nano-euros';

COMMENT ON COLUMN reservation.gco2e IS 'nanograms';

CREATE TABLE digest_record (
    organisation VARCHAR(120) NOT NULL,
    period VARCHAR(120) NOT NULL,
    revision SMALLINT NOT NULL,
    at BIGINT NOT NULL,
    position BIGINT NOT NULL,
    head BYTEA NOT NULL,
    figures BYTEA NOT NULL,
    CONSTRAINT pk_digest_record PRIMARY KEY (organisation, period, revision)
);

COMMENT ON COLUMN digest_record.period IS '2026-W47 or 2026-11';

COMMENT ON COLUMN digest_record.revision IS 'rises with each restatement';

COMMENT ON COLUMN digest_record.position IS 'the chain''s length when it was made';

COMMENT ON COLUMN digest_record.head IS 'the chain''s head when it was made';

COMMENT ON COLUMN digest_record.figures IS 'the digest''s numbers, as compressed JSON';

CREATE TABLE restatement (
    id BIGSERIAL NOT NULL,
    organisation VARCHAR(120) NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    method VARCHAR(120) NOT NULL,
    factors VARCHAR(120) NOT NULL,
    entries BIGINT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pk_restatement PRIMARY KEY (id)
);

CREATE INDEX ix_restatement_organisation ON restatement (organisation);

CREATE TABLE organisations (
    id VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    timezone VARCHAR(64) DEFAULT 'Europe/Brussels' NOT NULL,
    language VARCHAR(2) DEFAULT 'fr' NOT NULL,
    country VARCHAR(2) DEFAULT 'BE' NOT NULL,
    zone VARCHAR(8) DEFAULT 'BEL' NOT NULL,
    asks INTEGER DEFAULT '0' NOT NULL,
    proposals INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_organisations PRIMARY KEY (id)
);

COMMENT ON COLUMN organisations.asks IS 'the last number given';

COMMENT ON COLUMN organisations.proposals IS 'the last number given';

CREATE TABLE receipts (
    key VARCHAR(64) NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pk_receipts PRIMARY KEY (key)
);

CREATE INDEX ix_receipts_at ON receipts (at);

COMMENT ON COLUMN receipts.key IS 'SHA-256 of what was received';

CREATE TABLE jobs (
    name VARCHAR(64) NOT NULL,
    slot VARCHAR(64) NOT NULL,
    lease BIGINT NOT NULL,
    done_at BIGINT,
    CONSTRAINT pk_jobs PRIMARY KEY (name, slot)
);

CREATE TABLE seals (
    key VARCHAR(8) NOT NULL,
    proof_sealed BYTEA NOT NULL,
    CONSTRAINT pk_seals PRIMARY KEY (key)
);

COMMENT ON COLUMN seals.key IS 'identifier of a key that texts are sealed with';

COMMENT ON COLUMN seals.proof_sealed IS 'a known text, to tell a wrong key at once';

CREATE TABLE teams (
    id VARCHAR(64) NOT NULL,
    organisation VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    CONSTRAINT pk_teams PRIMARY KEY (id),
    CONSTRAINT fk_teams_organisation FOREIGN KEY(organisation) REFERENCES organisations (id)
);

CREATE INDEX ix_teams_organisation ON teams (organisation);

CREATE TABLE persons (
    id VARCHAR(64) NOT NULL,
    organisation VARCHAR(64) NOT NULL,
    team VARCHAR(64),
    name_sealed BYTEA,
    email_sealed BYTEA,
    email_print VARCHAR(64),
    roles VARCHAR(64) NOT NULL,
    language VARCHAR(2) NOT NULL,
    charter VARCHAR(64),
    charter_at BIGINT,
    level SMALLINT DEFAULT '1' NOT NULL,
    lines INTEGER DEFAULT '0' NOT NULL,
    created_at BIGINT NOT NULL,
    erased_at BIGINT,
    CONSTRAINT pk_persons PRIMARY KEY (id),
    CONSTRAINT uq_persons_organisation_email_print UNIQUE (organisation, email_print),
    CONSTRAINT fk_persons_organisation FOREIGN KEY(organisation) REFERENCES organisations (id),
    CONSTRAINT fk_persons_team FOREIGN KEY(team) REFERENCES teams (id)
);

CREATE INDEX ix_persons_organisation ON persons (organisation);

COMMENT ON COLUMN persons.email_print IS 'HMAC, to find an address without keeping it';

COMMENT ON COLUMN persons.lines IS 'the last number given';

CREATE TABLE accounts (
    platform VARCHAR(16) NOT NULL,
    workspace VARCHAR(64) NOT NULL,
    print VARCHAR(64) NOT NULL,
    account_sealed BYTEA NOT NULL,
    person VARCHAR(64) NOT NULL,
    linked_at BIGINT NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (platform, workspace, print),
    CONSTRAINT fk_accounts_person FOREIGN KEY(person) REFERENCES persons (id)
);

CREATE INDEX ix_accounts_person ON accounts (person);

COMMENT ON COLUMN accounts.print IS 'HMAC of the platform''s identifier';

CREATE TABLE ledger_keys (
    person VARCHAR(64) NOT NULL,
    key VARCHAR(64) NOT NULL,
    CONSTRAINT pk_ledger_keys PRIMARY KEY (person),
    CONSTRAINT fk_ledger_keys_person FOREIGN KEY(person) REFERENCES persons (id),
    CONSTRAINT uq_ledger_keys_key UNIQUE (key)
);

COMMENT ON TABLE ledger_keys IS 'the only way from the ledger to a person: erasing a person deletes it';

CREATE TABLE asks (
    id VARCHAR(64) NOT NULL,
    organisation VARCHAR(64) NOT NULL,
    number INTEGER NOT NULL,
    person VARCHAR(64),
    platform VARCHAR(16) NOT NULL,
    template VARCHAR(120),
    human SMALLINT NOT NULL,
    at BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    outcome VARCHAR(8) NOT NULL,
    category VARCHAR(16),
    rule VARCHAR(120),
    article VARCHAR(64),
    hits TEXT NOT NULL,
    findings TEXT NOT NULL,
    failed TEXT NOT NULL,
    policy VARCHAR(120) NOT NULL,
    entry VARCHAR(64) NOT NULL,
    attempts SMALLINT DEFAULT '0' NOT NULL,
    told SMALLINT DEFAULT '0' NOT NULL,
    lease BIGINT NOT NULL,
    model VARCHAR(120),
    tokens_in INTEGER,
    tokens_out INTEGER,
    gwp_low FLOAT,
    gwp_high FLOAT,
    estimated SMALLINT DEFAULT '0' NOT NULL,
    feedback SMALLINT,
    fault VARCHAR(32),
    decided_by VARCHAR(64),
    decision VARCHAR(16),
    purged SMALLINT DEFAULT '0' NOT NULL,
    place_sealed BYTEA,
    text_sealed BYTEA,
    sent_sealed BYTEA,
    answer_sealed BYTEA,
    edited_sealed BYTEA,
    note_sealed BYTEA,
    CONSTRAINT pk_asks PRIMARY KEY (id),
    CONSTRAINT uq_asks_organisation_number UNIQUE (organisation, number),
    CONSTRAINT fk_asks_organisation FOREIGN KEY(organisation) REFERENCES organisations (id),
    CONSTRAINT fk_asks_person FOREIGN KEY(person) REFERENCES persons (id)
);

CREATE INDEX ix_asks_person ON asks (person, at);

CREATE INDEX ix_asks_organisation ON asks (organisation, at);

CREATE INDEX ix_asks_kept ON asks (at) WHERE purged = 0;

CREATE INDEX ix_asks_untold ON asks (lease) WHERE told = 0;

COMMENT ON COLUMN asks.person IS 'empty once erased';

COMMENT ON COLUMN asks.hits IS 'rules met, as JSON: ids and codes';

COMMENT ON COLUMN asks.findings IS 'where personal data stand, as JSON: offsets, labels';

COMMENT ON COLUMN asks.failed IS 'checks that did not run, as JSON';

COMMENT ON COLUMN asks.place_sealed IS 'channel, thread, workspace: kept until told';

COMMENT ON COLUMN asks.text_sealed IS 'text, values, earlier turns';

CREATE TABLE proposals (
    id VARCHAR(64) NOT NULL,
    organisation VARCHAR(64) NOT NULL,
    number INTEGER NOT NULL,
    person VARCHAR(64),
    at BIGINT NOT NULL,
    title_sealed BYTEA,
    body_sealed BYTEA,
    vetted_by VARCHAR(64),
    vetted_at BIGINT,
    accepted SMALLINT,
    CONSTRAINT pk_proposals PRIMARY KEY (id),
    CONSTRAINT uq_proposals_organisation_number UNIQUE (organisation, number),
    CONSTRAINT fk_proposals_organisation FOREIGN KEY(organisation) REFERENCES organisations (id),
    CONSTRAINT fk_proposals_person FOREIGN KEY(person) REFERENCES persons (id)
);

CREATE INDEX ix_proposals_person ON proposals (person);

COMMENT ON COLUMN proposals.person IS 'empty once erased';

CREATE TABLE lines (
    person VARCHAR(64) NOT NULL,
    number INTEGER NOT NULL,
    at BIGINT NOT NULL,
    typed_sealed BYTEA,
    message_sealed BYTEA,
    CONSTRAINT pk_lines PRIMARY KEY (person, number),
    CONSTRAINT fk_lines_person FOREIGN KEY(person) REFERENCES persons (id)
);

CREATE INDEX ix_lines_at ON lines (at);

CREATE TABLE invitations (
    token VARCHAR(64) NOT NULL,
    person VARCHAR(64) NOT NULL,
    until BIGINT NOT NULL,
    used_at BIGINT,
    CONSTRAINT pk_invitations PRIMARY KEY (token),
    CONSTRAINT fk_invitations_person FOREIGN KEY(person) REFERENCES persons (id)
);

CREATE INDEX ix_invitations_person ON invitations (person);

COMMENT ON COLUMN invitations.token IS 'SHA-256 of the token';

CREATE TABLE sessions (
    token VARCHAR(64) NOT NULL,
    person VARCHAR(64) NOT NULL,
    until BIGINT NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (token),
    CONSTRAINT fk_sessions_person FOREIGN KEY(person) REFERENCES persons (id)
);

CREATE INDEX ix_sessions_person ON sessions (person);

COMMENT ON COLUMN sessions.token IS 'SHA-256 of the token';

CREATE TABLE reviews (
    id VARCHAR(64) NOT NULL,
    organisation VARCHAR(64) NOT NULL,
    ask VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    opened_at BIGINT NOT NULL,
    words_sealed BYTEA,
    told SMALLINT DEFAULT '0' NOT NULL,
    lease BIGINT DEFAULT '0' NOT NULL,
    waiting SMALLINT DEFAULT '1' NOT NULL,
    passed_by TEXT DEFAULT '[]' NOT NULL,
    decision VARCHAR(16),
    decided_by VARCHAR(64),
    decided_at BIGINT,
    CONSTRAINT pk_reviews PRIMARY KEY (id),
    CONSTRAINT fk_reviews_organisation FOREIGN KEY(organisation) REFERENCES organisations (id),
    CONSTRAINT fk_reviews_ask FOREIGN KEY(ask) REFERENCES asks (id)
);

CREATE UNIQUE INDEX uq_reviews_appeal ON reviews (ask) WHERE kind = 'appeal';

CREATE INDEX ix_reviews_untold ON reviews (lease) WHERE waiting = 1 AND told = 0;

CREATE UNIQUE INDEX uq_reviews_waiting ON reviews (ask) WHERE waiting = 1;

CREATE INDEX ix_reviews_queue ON reviews (organisation, opened_at) WHERE waiting = 1;

CREATE INDEX ix_reviews_organisation ON reviews (organisation, decided_at);

CREATE INDEX ix_reviews_ask ON reviews (ask);

COMMENT ON COLUMN reviews.passed_by IS 'mentors, as JSON';
