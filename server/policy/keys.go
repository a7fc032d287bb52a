package policy

import (
	"context"
	"errors"

	"example.com/keyturn/server/vault"
)

// Keys are the keys that a service has for the secrets at rest. The workspace says which of them counts;
// whoever seals or opens asks it in the same transaction, and whoever looks up in the same query. So nothing
// is sealed with a key that does not count any more, however many services there are.
type Keys interface {
	// Latest is the one that counted when somebody asked last.
	Latest() *vault.Vault
	// Named is the one with that id, which counts now. It fails if this service does not have it.
	Named(id string) (*vault.Vault, error)
}

// OneKey is the only key that a service has.
func OneKey(v *vault.Vault) Keys { return oneKey{v} }

type oneKey struct{ v *vault.Vault }

func (k oneKey) Latest() *vault.Vault { return k.v }

func (k oneKey) Named(string) (*vault.Vault, error) { return nil, ErrWrongKey }

// key is the one with that id.
func (s *Service) key(id string) (*vault.Vault, error) {
	if v := s.keys.Latest(); id == "" || v.ID() == id {
		return v, nil
	}
	return s.keys.Named(id)
}

// key is the one that counts in this transaction.
func (t *Tx) key() (*vault.Vault, error) {
	id, err := t.KeyID()
	if err != nil {
		return nil, err
	}
	return t.s.key(id)
}

// CheckKey fails if this service does not have the key that counts.
func (s *Service) CheckKey(ctx context.Context) error {
	return s.store.Read(ctx, func(q Queries) error {
		id, err := q.KeyID()
		if err == nil {
			_, err = s.key(id)
		}
		return err
	})
}

// lookedUp finds what is presented under the key that counts: find looks under one key, and returns the id of
// the one that counts with what it has found.
func (s *Service) lookedUp(find func(*vault.Vault) (Presented, error)) (Presented, error) {
	return underKey(s, func(v *vault.Vault) (Presented, string, error) {
		p, err := find(v)
		return p, p.Key, err
	})
}

// underKey is lookedUp for whatever is found by a look-up.
func underKey[T any](s *Service, find func(*vault.Vault) (found T, key string, err error)) (T, error) {
	v := s.keys.Latest()
	for {
		found, key, err := find(v)
		if err != nil || key == "" || key == v.ID() {
			return found, err
		}
		if v, err = s.keys.Named(key); err != nil {
			var none T
			return none, err
		}
	}
}

// AdoptKey writes down that a key counts, in a workspace that does not say yet which one does. It fails with
// ErrWrongKey if the secrets were not sealed with it.
func AdoptKey(ctx context.Context, store Store, v *vault.Vault) error {
	var said string
	err := store.Read(ctx, func(q Queries) (err error) {
		if said, err = q.KeyID(); err == nil {
			err = KeyFits(q, v)
		}
		return err
	})
	if err != nil || said != "" {
		return err
	}
	return store.Write(ctx, func(w Writes) error {
		said, err := w.KeyID()
		if err != nil {
			return err
		}
		if err := KeyFits(w, v); err != nil || said != "" {
			return err
		}
		return w.SaveKeyID(v.ID())
	})
}

// KeyFits fails with ErrWrongKey if another key counts. Where the workspace does not say which one does, the
// first secret speaks for all: they all change to another key in one transaction. A workspace without any
// takes every key.
func KeyFits(q Queries, v *vault.Vault) error {
	id, err := q.KeyID()
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if id != "" && id != v.ID() {
		return ErrWrongKey
	}
	first, err := q.SealedSecrets(SecretPlace{}, 1)
	if err != nil || len(first) == 0 {
		return err
	}
	return opens(v, first[0])
}
