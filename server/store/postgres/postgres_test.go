package postgres_test

import (
	"testing"
	"time"

	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Contract(t, func(t testing.TB) storetest.Open {
		database := storetest.Postgres(t)
		return func(t testing.TB, now func() time.Time) policy.Store {
			t.Helper()
			s, err := postgres.Open(t.Context(), database, now)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			return s
		}
	})
}
