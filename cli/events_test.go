package cli_test

import (
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

func TestAMemberCannotVerify(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.SignIn(models.RoleMember)
		d.run(cli.NotSignedIn, "events", "verify").says("ask an admin")
	})
}
