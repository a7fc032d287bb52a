-- +goose Up
-- key_id names the key that the secrets are sealed with.
ALTER TABLE workspace ADD COLUMN key_id TEXT COLLATE "C" NOT NULL DEFAULT '';
-- One row, written to see whether anything can be written.
CREATE TABLE readiness (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    asked_at BIGINT NOT NULL
);
INSERT INTO readiness VALUES (1, 0);

-- +goose Down
DROP TABLE readiness;
ALTER TABLE workspace DROP COLUMN key_id;
