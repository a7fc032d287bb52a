// Package server is the workspace service: it joins the HTTP of package api, the decisions of
// package policy, the database of package store and the secrets of package vault, in one folder.
package server

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/api"
	"example.com/keyturn/server/metrics"
	"example.com/keyturn/server/policy"
)

// Contract is the OpenAPI document that the service keeps to.
//
//go:embed openapi.yaml
var Contract []byte

// The files of a data folder.
const (
	databaseFile   = "workspace.db"
	keyFile        = "workspace.key"
	lockFile       = "serve.lock"
	adminTokenFile = "admin-token"
)

// Config says where and how a workspace is served.
type Config struct {
	Dir         string        // made with mode 0700
	Database    models.Secret // address of a PostgreSQL database; empty: SQLite in Dir
	KeyFile     string        // of the secrets at rest; empty: in Dir
	Now         func() time.Time
	Version     string
	Log         *slog.Logger
	TokenPrefix string      // letters before the dash of new tokens; "ls" if empty
	Workspace   string      // name of a fresh workspace
	AdminEmail  string      // first admin of a fresh workspace
	Limits      *api.Limits // nil: api.DefaultLimits

	// AcceptHistory is why a database is taken that was put back to before what this folder has served.
	AcceptHistory string
}

// Server is an open workspace service. Close it after the last request.
type Server struct {
	cfg      Config
	store    storage
	counts   *metrics.Metrics
	ready    *readiness
	service  *policy.Service
	handler  *api.API
	unlock   func() error
	firstRun string

	continues bool // the history leads through what was served before
	here      here // known to the sweep alone
}

// Open opens the workspace in a folder or a database, or makes a new one with one admin, whose personal
// token it leaves in a file in the folder. Two servers never open the same SQLite file at once.
func Open(ctx context.Context, cfg Config) (s *Server, err error) {
	cfg = withDefaults(cfg)
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, noFolder(cfg.Dir, err)
	}
	if err := ownFolder(cfg.Dir); err != nil {
		return nil, err
	}
	s = &Server{cfg: cfg}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
			s = nil
		}
	}()
	if s.store, s.unlock, err = openStorage(ctx, cfg); err != nil {
		return s, err
	}
	s.counts = metrics.New(cfg.Version, time.Now())
	s.store = observed{s.store, s.counts}
	keys, err := openKeys(ctx, s.store, cfg.KeyFile, cfg.Log)
	if err != nil {
		return s, err
	}
	s.service, err = policy.New(policy.Config{Store: s.store, Keys: keys, Now: cfg.Now, TokenPrefix: cfg.TokenPrefix})
	if err != nil {
		return s, err
	}
	s.ready = &readiness{store: s.store, key: s.service.CheckKey}
	if err := s.bootstrap(ctx); err != nil {
		return s, err
	}
	if err := adopt(ctx, s.store, keys); err != nil {
		return s, err
	}
	if err := s.continueHistory(ctx); err != nil {
		return s, err
	}
	s.continues = true
	s.handler = api.New(api.Config{
		Service: s.service, Contract: Contract, Version: cfg.Version, Log: cfg.Log, Limits: *cfg.Limits, Metrics: s.counts, Ready: s.ready.check,
	})
	return s, nil
}

func withDefaults(cfg Config) Config {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Limits == nil {
		limits := api.DefaultLimits
		cfg.Limits = &limits
	}
	if cfg.KeyFile == "" {
		cfg.KeyFile = filepath.Join(cfg.Dir, keyFile)
	}
	if cfg.Workspace == "" {
		cfg.Workspace = "workspace"
	}
	if cfg.AdminEmail == "" {
		cfg.AdminEmail = "admin@workspace.local"
	}
	return cfg
}

// bootstrap makes a fresh workspace. The token's file is written before the workspace is there: a
// crash between the two leaves a fresh database, which is set up again.
func (s *Server) bootstrap(ctx context.Context) error {
	var fresh bool
	err := s.store.Read(ctx, func(q policy.Queries) error {
		_, err := q.Workspace()
		if errors.Is(err, policy.ErrNotFound) {
			fresh = true
			return nil
		}
		return err
	})
	if err != nil || !fresh {
		return err
	}
	path := filepath.Join(s.cfg.Dir, adminTokenFile)
	err = s.service.Bootstrap(ctx, s.cfg.Workspace, s.cfg.AdminEmail, func(token models.Secret) error {
		if err := os.WriteFile(path, []byte(token.Reveal()+"\n"), 0o600); err != nil {
			return fmt.Errorf("leave the admin's token: %w", err)
		}
		return nil
	})
	if errors.Is(err, policy.ErrTaken) {
		return nil // another service was quicker
	}
	if err != nil {
		return err
	}
	s.firstRun = path
	return nil
}

// FirstRun returns the file with the first admin's token if this Open made the workspace, else "".
func (s *Server) FirstRun() string { return s.firstRun }

// Handler answers requests.
func (s *Server) Handler() *api.API { return s.handler }

// Service is the workspace itself, for use in the same process.
func (s *Server) Service() *policy.Service { return s.service }

// Close ends every wait, writes what is known of use, closes the database and lets go of the folder.
// Closing again does nothing.
func (s *Server) Close() error {
	var errs []error
	if s.service != nil {
		s.service.Release()
		if s.store != nil {
			ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
			defer cancel()
			errs = append(errs, s.service.FlushUses(ctx))
			if s.continues {
				errs = append(errs, s.remember(ctx))
			}
		}
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	if s.unlock != nil {
		errs = append(errs, s.unlock())
	}
	s.store, s.unlock = nil, nil
	return errors.Join(errs...)
}

// noDataFolder says why a folder that must be there cannot be used.
func noDataFolder(dir string, err error) error {
	return &models.Error{
		Fault: models.FaultInvalid, Code: "no-folder", Title: "there is no data folder " + dir, Detail: reason(err),
		Fix: "name the folder that keyturn serve --data was given", Err: err,
	}
}

// noFolder says why a folder cannot be made.
func noFolder(dir string, err error) error {
	why := err
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		why = at.Err
	}
	return &models.Error{
		Fault: models.FaultInvalid, Code: "no-folder", Title: fmt.Sprintf("the data folder %s cannot be made", dir), Detail: why.Error(),
		Fix: "name a folder in a place where you may write", Err: err,
	}
}
