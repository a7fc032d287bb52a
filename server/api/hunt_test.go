package api_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server/store/storetest"
)

// A value in an answer, in the log, in the folder or in the database fails the test, also one that no test knows.
func TestTheWorldHunts(t *testing.T) {
	t.Parallel()
	database := "workspace.db"
	if address := storetest.Database(t); !address.Empty() {
		database = "the tables of PostgreSQL"
	}
	hunt.Leaks(t, func(t testing.TB) {
		w, ada := newWorld(t)
		c := ada.create("nightly")
		var read struct{ Value string } // which nobody learns of
		ada.get("/v1/credentials/"+c.ID+"/secret").into(http.StatusOK, &read)
		var renamed credential
		ada.patch("/v1/credentials/"+c.ID, fmt.Sprintf(`{"name":%q}`, read.Value), ifMatch(tag(c.Revision))).into(http.StatusOK, &renamed)
		fmt.Fprintln(w.log, read.Value)
		if err := os.WriteFile(filepath.Join(t.TempDir(), "left"), []byte(read.Value), 0o600); err != nil {
			t.Error(err)
		}
	}, "the log", "the answer to PATCH", "/left", database)
}
