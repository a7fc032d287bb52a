package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/vault"
)

// keyring is the keys of a service: the one that it works with, and those in files beside it, of which one may
// come to count while the service runs.
type keyring struct {
	path string
	log  *slog.Logger
	now  atomic.Pointer[vault.Vault]

	mu    sync.Mutex
	lacks string // the id of the key that counts, if it is not here
}

var _ policy.Keys = (*keyring)(nil)

func newKeyring(v *vault.Vault, path string, log *slog.Logger) *keyring {
	k := &keyring{path: path, log: log}
	k.now.Store(v)
	return k
}

func (k *keyring) Latest() *vault.Vault { return k.now.Load() }

// Named takes a key from its file once it counts, and puts it in the place of the one before. Until the file
// is there it refuses: the operator is told once, and whoever asks is told to ask elsewhere or again.
func (k *keyring) Named(id string) (*vault.Vault, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if v := k.now.Load(); v.ID() == id {
		return v, nil // somebody else has taken it
	}
	v, err := vault.Find(k.path, id)
	if err != nil {
		if k.lacks != id {
			k.lacks = id
			k.log.Error("the workspace has another key: nothing is sealed, opened or let in until it is here; copy it from the machine where keyturn rekey was run",
				"wanted", id, "file", k.path+".new", "here", k.now.Load().ID(), "error", err)
		}
		return nil, &models.Error{
			Fault: models.FaultUnreachable, Code: "key-missing", Title: "This instance does not have the workspace's present key: nothing was changed",
			Fix: "ask another instance, or try again in a while; the operator is told what to do in the service's log",
		}
	}
	k.lacks = ""
	k.now.Store(v)
	k.log.Warn("the workspace has another key, which is used from now on", "key", id)
	if err := vault.Settle(k.path, id); err != nil && !errors.Is(err, fs.ErrNotExist) {
		k.log.Warn("the new key was not put in the place of the one before; the service works, and finds it again where it lies", "file", k.path, "error", err)
	}
	return v, nil
}

// openKeys returns the keys of a workspace; a new workspace gets its first.
func openKeys(ctx context.Context, s storage, path string, log *slog.Logger) (*keyring, error) {
	var id string
	err := s.Read(ctx, func(q policy.Queries) (err error) {
		id, err = q.KeyID()
		return err
	})
	switch {
	case errors.Is(err, policy.ErrNotFound) || err == nil && id == "":
		v, err := unnamedKey(ctx, s, path, log)
		if err != nil {
			return nil, err
		}
		return newKeyring(v, path, log), nil
	case err != nil:
		return nil, err
	}
	v, err := vault.Load(path)
	if err == nil && v.ID() == id {
		return newKeyring(v, path, log), nil
	}
	found, missing := vault.Find(path, id)
	switch {
	case missing == nil:
		log.Warn("the change of the key was not finished here: keyturn rekey finishes it; until then the key before is kept", "key", path)
		return newKeyring(found, path, log), nil
	case err != nil:
		return nil, noKey(path, err)
	}
	return nil, strangeKey(path, missing)
}

// unnamedKey returns the key of a workspace that does not say which one counts, if it is in the file. It is
// the new key if a Rekey was cut off after its transaction.
func unnamedKey(ctx context.Context, s storage, path string, log *slog.Logger) (*vault.Vault, error) {
	keys, err := vault.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return firstKey(ctx, s, path)
	}
	if err != nil || fits(ctx, s, keys, path) == nil {
		return keys, err
	}
	next, err := vault.PendingNext(path)
	if err != nil || next == nil || fits(ctx, s, next, path) != nil {
		return keys, err // which is refused when the workspace is surely there
	}
	log.Warn("the change of the key was cut off: run keyturn rekey to finish it; until then the old key is kept", "key", path)
	return next, nil
}

// firstKey makes the key of a workspace that has no secrets yet. To any other it would be a wrong one; but
// another service may have made the workspace just now, and its key first.
func firstKey(ctx context.Context, s policy.Store, path string) (*vault.Vault, error) {
	var some []policy.SealedSecret
	err := s.Read(ctx, func(q policy.Queries) (err error) {
		some, err = q.SealedSecrets(policy.SecretPlace{}, 1)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(some) == 0:
		return vault.LoadOrCreate(path)
	}
	keys, err := vault.Load(path)
	if err != nil {
		return nil, noKey(path, err)
	}
	return keys, nil
}

// adopt makes sure that the key counts, before anything is sealed with it.
func adopt(ctx context.Context, s storage, keys *keyring) error {
	err := policy.AdoptKey(ctx, s, keys.Latest())
	if errors.Is(err, policy.ErrWrongKey) {
		return strangeKey(keys.path, err)
	}
	return err
}

// fits refuses a key with which the secrets of the workspace were not sealed: nobody could be let in, and
// whatever is sealed with it could not be read by the other services.
func fits(ctx context.Context, s storage, v *vault.Vault, keyFile string) error {
	err := s.Read(ctx, func(q policy.Queries) error { return policy.KeyFits(q, v) })
	if !errors.Is(err, policy.ErrWrongKey) {
		return err
	}
	return strangeKey(keyFile, err)
}

func strangeKey(keyFile string, err error) error {
	return &models.Error{
		Fault: models.FaultInvalid, Code: "wrong-key", Title: fmt.Sprintf("the key in %s is not the one of this workspace", keyFile), Detail: err.Error(),
		Fix: "put the workspace.key there with which the workspace was made, or changed to; every service of a workspace has the same", Err: err,
	}
}
