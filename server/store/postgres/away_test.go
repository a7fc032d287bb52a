package postgres

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/keyturn/models"
)

// What the server refuses while the session goes on is surely not done, at the end of a change too. Where the
// session ends with it, nobody knows.
func TestWhatIsSaidOfACommit(t *testing.T) {
	t.Parallel()
	refusal := func(severity, code string) error {
		return fmt.Errorf("commit: %w", &pgconn.PgError{Severity: "FEHLER", SeverityUnlocalized: severity, Code: code})
	}
	mine := errors.New("not about the line")
	for _, tt := range []struct {
		err   error
		code  string
		fault models.Fault
	}{
		{refusal("ERROR", "53100"), "disk-full", models.FaultUnreachable},
		{refusal("ERROR", "58030"), "disk-full", models.FaultUnreachable},
		{refusal("ERROR", "53200"), "database-full", models.FaultUnreachable},
		{refusal("ERROR", "53400"), "database-away", models.FaultUnreachable},
		{refusal("PANIC", "53100"), "outcome-unknown", models.FaultUnknown},
		{refusal("FATAL", "57P01"), "outcome-unknown", models.FaultUnknown},
		{io.ErrUnexpectedEOF, "outcome-unknown", models.FaultUnknown},
	} {
		var said *models.Error
		if !errors.As(undecided(tt.err), &said) || said.Code != tt.code || said.Fault != tt.fault || said.Fix == "" || !errors.Is(said, tt.err) {
			t.Errorf("%v is told as %v", tt.err, said)
		}
	}
	for _, err := range []error{mine, refusal("ERROR", "23505")} {
		if got := undecided(err); got != err {
			t.Errorf("%v became %v", err, got)
		}
	}
}
