-- +goose Up
-- Who started a rotation, from where, and the digest of the idempotency key that it was asked with. Of older ones
-- the history tells the first two.
ALTER TABLE rotations ADD COLUMN started_by_id TEXT NOT NULL DEFAULT '';
ALTER TABLE rotations ADD COLUMN started_from TEXT NOT NULL DEFAULT '';
ALTER TABLE rotations ADD COLUMN asked TEXT NOT NULL DEFAULT '';
UPDATE rotations SET started_by_id = e.actor_id, started_from = e.from_addr
    FROM events e WHERE e.rotation_id = rotations.id AND e.action = 'rotation.started';

-- +goose Down
ALTER TABLE rotations DROP COLUMN asked;
ALTER TABLE rotations DROP COLUMN started_from;
ALTER TABLE rotations DROP COLUMN started_by_id;
