package main

import (
	"context"
	"time"

	"example.com/keyturn/cli"
	"example.com/keyturn/server"
)

// keeper joins the commands that work on a workspace's files with the service's own knowledge of them.
var keeper = cli.Keeper{
	BackUp: func(ctx context.Context, at cli.Kept, file string, replace bool) (cli.Saved, error) {
		saved, err := server.BackUp(ctx, placeOf(at), file, replace)
		return cli.Saved(saved), err
	},
	Restore: func(ctx context.Context, at cli.Kept, file, reason string) (cli.Restored, error) {
		done, err := server.Restore(ctx, placeOf(at), file, reason)
		return cli.Restored(done), err
	},
	PrepareKey: func(ctx context.Context, at cli.Kept) (cli.Prepared, error) {
		done, err := server.PrepareKey(ctx, placeOf(at))
		return cli.Prepared(done), err
	},
	Rekey: func(ctx context.Context, at cli.Kept, progress func(int)) (cli.Rekeyed, error) {
		done, err := server.Rekey(ctx, placeOf(at), progress)
		return cli.Rekeyed(done), err
	},
}

func placeOf(at cli.Kept) server.Place {
	return server.Place{Dir: at.Dir, KeyFile: at.KeyFile, Database: at.Database, Now: time.Now, LeaveBehind: at.LeaveBehind}
}
