package cli_test

import (
	"path/filepath"
	"slices"
	"testing"

	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

func TestTheHistoryIsVerified(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Usage, "events").says("keyturn events verify")
		d.run(cli.Done, "events", "verify").says("the history of Acme is whole", "nothing of it had been seen here before")
		d.world.Happened(models.Event{Actor: "Bob", Action: models.EventRenamed, Name: "deploy"})
		d.run(cli.Done, "events", "verify").says("it continues what was seen here at", "its head")
		d.run(cli.Done, "events", "verify", "--json").says(`"seen_before": {`, `"hash": "`, `"seen_at"`)
		d.world.Rewrite(func(list []models.Event) []models.Event { return list[:len(list)-1] })
		d.run(cli.Failed, "events", "verify").says("before what was seen here", "somebody changed the database", "to do: ask who restored a backup")
		d.run(cli.Failed, "events", "verify", "--json").says(`"code": "history-broken"`)
	})
}

func TestARewrittenHistoryIsFound(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Done, "events", "verify")
		d.world.Rewrite(func(list []models.Event) []models.Event {
			list = slices.Clone(list)
			list[0].Actor = "nobody"
			return list
		})
		for range 2 { // it is not got used to
			d.run(cli.Failed, "events", "verify").says("is not the one that was seen here")
		}
	})
}

// After a restore that somebody knows of, one word makes the history that is there the one to continue; a
// history that does not fit together is never accepted.
func TestARestoredHistoryIsAccepted(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Done, "events", "verify")
		d.world.Rewrite(func(list []models.Event) []models.Event { return list[:len(list)-1] })
		d.run(cli.Failed, "events", "verify").says("was seen here on", "keyturn events verify --accept")
		d.run(cli.Done, "events", "verify", "--accept").says("is whole", "no longer what was seen here at")
		d.run(cli.Done, "events", "verify").says("it continues what was seen here at")
		d.run(cli.Done, "events", "verify", "--accept", "--json").says(`"accepted": true`, `"seen_before": {`)
	})
}

// Whoever damages what was seen gets no other history trusted without a word.
func TestADamagedPinIsAcceptedByWordOnly(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Done, "events", "verify")
		files, err := filepath.Glob(filepath.Join(d.seen, "*.json"))
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		write(t, files[0], "{")
		d.run(cli.Failed, "events", "verify").says("cannot be read", "--accept")
		d.run(cli.Done, "events", "verify", "--accept").says("nothing of it had been seen here before")
		d.run(cli.Done, "events", "verify").says("it continues what was seen here")
	})
}

func TestAMemberCannotVerify(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.SignIn(models.RoleMember)
		d.run(cli.NotSignedIn, "events", "verify").says("ask an admin")
	})
}
