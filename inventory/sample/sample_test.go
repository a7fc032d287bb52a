package sample

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/models"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestTheSameSeedMakesTheSameWorkspace(t *testing.T) {
	o := Options{Members: 60, CITokens: 40, Legacy: 30, Seed: 7, Now: noon}
	secrets := cmp.Comparer(func(a, b models.Secret) bool { return a.Equal(b) })
	if diff := cmp.Diff(Generate(o), Generate(o), secrets); diff != "" {
		t.Error(diff)
	}
	other := o
	other.Seed = 8
	if cmp.Equal(Generate(o), Generate(other), secrets) {
		t.Error("another seed makes the same workspace")
	}
}

func TestEverythingInASampleCanBeImported(t *testing.T) {
	inv := Generate(Options{Members: 3000, CITokens: 500, Legacy: 500, Seed: 1, Now: noon})
	emails, names := map[string]bool{}, map[string]bool{}
	for _, m := range inv.Members {
		if emails[m.Email] {
			t.Errorf("e-mail %s twice", m.Email)
		}
		emails[m.Email] = true
	}
	for _, c := range append(inv.CITokens, inv.LegacyKeys...) {
		if c.Owner != "" {
			if !emails[c.Owner] {
				t.Errorf("owner %s is no member", c.Owner)
			}
			continue
		}
		if c.Name == "" || names[c.Name] {
			t.Errorf("name %q is empty or there twice", c.Name)
		}
		names[c.Name] = true
	}
}

func TestTheNextDowntimeLiesAhead(t *testing.T) {
	for hour := range 48 {
		now := noon.Add(time.Duration(hour) * time.Hour)
		s := *Generate(Options{Members: 1, Seed: 1, Now: now}).Sunset
		if phase, _ := s.Phase(now); phase != models.SunsetRuns {
			t.Errorf("%s: phase %s", now, phase)
		}
		if next := s.Next(now); next == nil || !next.Start.After(now) {
			t.Errorf("%s: next downtime %v", now, next)
		}
	}
}
