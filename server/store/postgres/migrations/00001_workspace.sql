-- +goose Up
-- Texts that are ordered or indexed are compared byte by byte, as they are in SQLite: the order of a page
-- must not depend on the machine, nor an index on the version of its C library.
CREATE TABLE workspace (
    id             TEXT COLLATE "C" PRIMARY KEY,
    name           TEXT   NOT NULL,
    reveal         TEXT   NOT NULL CHECK (reveal IN ('admins', 'owner')),
    members_use_ci BIGINT NOT NULL DEFAULT 0,
    sunset_start   BIGINT,
    sunset_end     BIGINT,
    sunset_source  TEXT   NOT NULL DEFAULT '',
    revision       BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    position       BIGINT NOT NULL DEFAULT 0,
    last_event     BIGINT NOT NULL DEFAULT 0,
    changed_at     BIGINT,
    changed_by     TEXT   NOT NULL DEFAULT ''
);

CREATE TABLE downtimes (
    id     TEXT COLLATE "C" PRIMARY KEY,
    starts BIGINT NOT NULL,
    ends   BIGINT NOT NULL CHECK (ends > starts),
    note   TEXT   NOT NULL DEFAULT ''
);

CREATE TABLE members (
    id         TEXT COLLATE "C" PRIMARY KEY,
    email      TEXT   NOT NULL,
    email_key  TEXT COLLATE "C" NOT NULL UNIQUE,
    name       TEXT   NOT NULL,
    role       TEXT   NOT NULL CHECK (role IN ('admin', 'member')),
    seat       BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    revision   BIGINT NOT NULL,
    position   BIGINT NOT NULL
);
CREATE INDEX members_position ON members (position);
CREATE INDEX members_seat ON members (seat);

CREATE TABLE credentials (
    id             TEXT COLLATE "C" PRIMARY KEY,
    kind           TEXT COLLATE "C" NOT NULL CHECK (kind IN ('personal_token', 'ci_token', 'legacy_api_key', 'legacy_ci_key')),
    born           TEXT COLLATE "C" NOT NULL,
    name           TEXT COLLATE "C" NOT NULL,
    state          TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'paused', 'revoked')),
    owner_id       TEXT COLLATE "C" REFERENCES members (id),
    created_at     BIGINT NOT NULL,
    changed_at     BIGINT NOT NULL,
    changed_by     TEXT   NOT NULL,
    revision       BIGINT NOT NULL,
    last_version   BIGINT NOT NULL DEFAULT 0,
    rotation_id    TEXT COLLATE "C",
    value_known    BIGINT NOT NULL,
    use_last       BIGINT,
    use_count      BIGINT NOT NULL DEFAULT 0,
    use_client     TEXT   NOT NULL DEFAULT '',
    use_version    TEXT   NOT NULL DEFAULT '',
    use_host       TEXT   NOT NULL DEFAULT '',
    use_ci         BIGINT NOT NULL DEFAULT 0,
    use_days       TEXT   NOT NULL DEFAULT '',
    refused_last   BIGINT,
    refused_count  BIGINT NOT NULL DEFAULT 0,
    refused_client TEXT   NOT NULL DEFAULT '',
    refused_host   TEXT   NOT NULL DEFAULT '',
    position       BIGINT NOT NULL
);
CREATE INDEX credentials_position ON credentials (position);
CREATE INDEX credentials_owner ON credentials (owner_id, kind);
CREATE INDEX credentials_kind ON credentials (kind, id);
CREATE INDEX credentials_counts ON credentials (kind, state, born, owner_id, use_last);
CREATE UNIQUE INDEX credentials_name ON credentials (name)
    WHERE state <> 'revoked' AND kind IN ('ci_token', 'legacy_ci_key');
CREATE UNIQUE INDEX credentials_personal ON credentials (owner_id) WHERE kind = 'personal_token';

CREATE TABLE secrets (
    credential_id TEXT COLLATE "C" NOT NULL REFERENCES credentials (id),
    version       BIGINT NOT NULL,
    kind          TEXT   NOT NULL,
    state         TEXT COLLATE "C" NOT NULL CHECK (state IN ('current', 'pending', 'retiring', 'revoked')),
    lookup        BYTEA,
    sealed        BYTEA,
    fingerprint   TEXT   NOT NULL,
    masked        TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    first_use     BIGINT,
    last_use      BIGINT,
    uses          BIGINT NOT NULL DEFAULT 0,
    ended_at      BIGINT,
    PRIMARY KEY (credential_id, version)
);
CREATE UNIQUE INDEX secrets_lookup ON secrets (lookup) WHERE lookup IS NOT NULL;

CREATE TABLE rotations (
    id            TEXT COLLATE "C" PRIMARY KEY,
    credential_id TEXT COLLATE "C" NOT NULL REFERENCES credentials (id),
    state         TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'retiring', 'done', 'cancelled', 'rolled_back')),
    old_version   BIGINT NOT NULL,
    new_version   BIGINT NOT NULL,
    overlap       TEXT   NOT NULL,
    grace_ms      BIGINT NOT NULL,
    reason        TEXT   NOT NULL,
    started_at    BIGINT NOT NULL,
    started_by    TEXT   NOT NULL,
    first_use     BIGINT,
    confirmed_at  BIGINT,
    grace_ends    BIGINT,
    ended_at      BIGINT,
    ended_by      TEXT   NOT NULL DEFAULT '',
    revision      BIGINT NOT NULL
);
CREATE UNIQUE INDEX rotations_open ON rotations (credential_id) WHERE state IN ('pending', 'retiring');
CREATE INDEX rotations_credential ON rotations (credential_id, id);
CREATE INDEX rotations_grace ON rotations (grace_ends) WHERE state = 'retiring';

CREATE TABLE callers (
    credential_id  TEXT COLLATE "C" NOT NULL REFERENCES credentials (id),
    version        BIGINT NOT NULL,
    client         TEXT COLLATE "C" NOT NULL,
    client_version TEXT COLLATE "C" NOT NULL,
    host           TEXT COLLATE "C" NOT NULL,
    ci             BIGINT NOT NULL,
    first_use      BIGINT NOT NULL,
    last_use       BIGINT NOT NULL,
    uses           BIGINT NOT NULL,
    PRIMARY KEY (credential_id, version, client, client_version, host, ci)
);

CREATE TABLE refusals (
    credential_id TEXT COLLATE "C" NOT NULL REFERENCES credentials (id),
    day           BIGINT NOT NULL,
    host          TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (credential_id, day, host)
);

CREATE TABLE events (
    seq           BIGINT PRIMARY KEY,
    at            BIGINT NOT NULL,
    actor         TEXT   NOT NULL,
    actor_id      TEXT   NOT NULL,
    from_addr     TEXT   NOT NULL,
    action        TEXT   NOT NULL,
    credential_id TEXT COLLATE "C" NOT NULL,
    name          TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    rotation_id   TEXT   NOT NULL,
    detail        TEXT   NOT NULL,
    hash          TEXT   NOT NULL CHECK (length(hash) = 64)
);
CREATE INDEX events_credential ON events (credential_id, seq);

CREATE TABLE replies (
    principal  TEXT COLLATE "C" NOT NULL,
    key        TEXT COLLATE "C" NOT NULL,
    hash       BYTEA  NOT NULL,
    status     BIGINT NOT NULL,
    etag       TEXT   NOT NULL,
    body       BYTEA  NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (principal, key)
);
CREATE INDEX replies_expiry ON replies (expires_at);

-- +goose StatementBegin
CREATE FUNCTION events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only';
END;
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION events_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM events) THEN
        RAISE EXCEPTION 'events follow each other without a gap';
    END IF;
    RETURN NEW;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER events_no_gap BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION events_follow();
CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_stay();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION events_stay();

-- +goose Down
DROP TABLE replies;
DROP TABLE events;
DROP FUNCTION events_stay;
DROP FUNCTION events_follow;
DROP TABLE refusals;
DROP TABLE callers;
DROP TABLE rotations;
DROP TABLE secrets;
DROP TABLE credentials;
DROP TABLE members;
DROP TABLE downtimes;
DROP TABLE workspace;
