-- +goose Up
-- One row for each service that serves the workspace, which it writes in place every few seconds.
CREATE TABLE instances (
    name    TEXT COLLATE "C" PRIMARY KEY,
    host    TEXT COLLATE "C" NOT NULL,
    folder  TEXT COLLATE "C" NOT NULL,
    keys    TEXT COLLATE "C" NOT NULL, -- ids of those that it has, with blanks between
    seen_at TIMESTAMPTZ NOT NULL
);

-- +goose Down
DROP TABLE instances;
