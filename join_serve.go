package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"sync"

	"example.com/keyturn/cli"
	"example.com/keyturn/server"
)

// serve runs the workspace service until ctx ends.
func serve(ctx context.Context, o cli.ServeOptions, begun func(cli.Serving) error) error {
	// First the addresses: a workspace that is made and not served keeps quiet about its admin's token.
	l, err := server.Listen(o.Listen, o.TLSCert, o.TLSKey)
	if err != nil {
		return err
	}
	var aside net.Listener
	if o.Operations != "" {
		if aside, err = server.ListenForOperations(o.Operations); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	log := newLog(o)
	s, err := server.Open(ctx, server.Config{Dir: o.Dir, Database: o.Database, KeyFile: o.KeyFile, Version: version, Log: log, AdminEmail: o.AdminEmail, AcceptHistory: o.AcceptHistory})
	if err != nil {
		return errors.Join(err, l.Close(), closeAll(aside))
	}
	what := cli.Serving{Dir: o.Dir, Address: l.Addr().String(), AdminToken: s.FirstRun()}
	if aside != nil {
		what.Operations = aside.Addr().String()
	}
	if err := begun(what); err != nil {
		return errors.Join(err, l.Close(), closeAll(aside), s.Close())
	}
	return errors.Join(serveBoth(ctx, s, l, aside, log), s.Close())
}

// serveBoth answers on both addresses. The second one lasts until the first has ended: whoever watches
// sees the service drain.
func serveBoth(ctx context.Context, s *server.Server, l, aside net.Listener, log *slog.Logger) error {
	watched, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var both sync.WaitGroup
	if aside != nil {
		both.Go(func() {
			if err := s.ServeOperations(watched, aside); err != nil {
				log.Error("the operations address is no longer served", "error", err)
			}
		})
	}
	notify(log, "READY=1")
	leaving := context.AfterFunc(ctx, func() { notify(log, "STOPPING=1") })
	defer leaving()
	err := s.Serve(ctx, l)
	stop()
	both.Wait()
	return err
}

func closeAll(l net.Listener) error {
	if l == nil {
		return nil
	}
	return l.Close()
}

func newLog(o cli.ServeOptions) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(o.LogLevel)) // cli has looked at it
	options := &slog.HandlerOptions{Level: level}
	if o.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// notify tells systemd where the service stands, if systemd started it as Type=notify.
func notify(log *slog.Logger, state string) {
	address := os.Getenv("NOTIFY_SOCKET")
	if address == "" {
		return
	}
	conn, err := net.Dial("unixgram", address) // an @ in front is net's word for an abstract socket too
	if err == nil {
		_, err = conn.Write([]byte(state))
		err = errors.Join(err, conn.Close())
	}
	if err != nil {
		log.Warn("systemd cannot be told", "error", err)
	}
}
