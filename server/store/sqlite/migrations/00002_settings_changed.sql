-- +goose Up
ALTER TABLE workspace ADD COLUMN changed_at BIGINT;
ALTER TABLE workspace ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE workspace DROP COLUMN changed_by;
ALTER TABLE workspace DROP COLUMN changed_at;
