package ui_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens"
)

// crowd is a service with that many members.
type crowd struct {
	away
	members []models.Member
}

func newCrowd(n int) *crowd {
	c := &crowd{members: make([]models.Member, n)}
	first, last := []string{"Maria", "Ben", "Zoë", "Jürgen", "Ana"}, []string{"Garcia", "Okafor", "Smith"}
	for i := range c.members {
		id := models.MemberID(fmt.Sprintf("mem_%06d", i))
		c.members[i] = models.Member{
			ID: id, Name: fmt.Sprintf("%s %s", first[i%5], last[i%3]), Email: fmt.Sprintf("p%06d@example.com", i), Role: models.RoleMember, Seat: true,
			Token: models.Credential{
				ID: models.CredentialID("crd_" + id), Kind: models.PersonalToken, State: models.Active, Owner: &models.MemberRef{ID: id},
				Secrets: []models.SecretVersion{{Version: 1, State: models.SecretCurrent}},
			},
		}
	}
	return c
}

func (c *crowd) Workspace(context.Context) (models.Workspace, error) {
	return models.Workspace{Name: "Acme", Counts: models.Counts{Members: len(c.members)}}, nil
}

func (c *crowd) Members(_ context.Context, p models.Page) (models.MemberPage, error) {
	from := 0
	if p.Cursor != "" {
		_, _ = fmt.Sscan(p.Cursor, &from)
	}
	to := min(from+models.MaxPage, len(c.members))
	page := models.MemberPage{Items: c.members[from:to]}
	if to < len(c.members) {
		page.Next = fmt.Sprint(to)
	}
	return page, nil
}

func (c *crowd) Credentials(context.Context, models.CredentialFilter, models.Page) (models.CredentialPage, error) {
	return models.CredentialPage{}, nil
}

func (c *crowd) Changes(ctx context.Context, after int64, wait time.Duration) (models.Changes, error) {
	if after < 0 {
		return models.Changes{}, nil
	}
	return c.away.Changes(ctx, after, wait)
}

// openCrowd is a console of 120x40 on the members' screen, with everything loaded.
func openCrowd(b *testing.B, n int) *ui.App {
	b.Helper()
	service := newCrowd(n)
	app := ui.New(ui.Config{
		Ports:  kit.Ports{Reader: service, Secrets: service, Clipboard: service, Now: time.Now, Location: time.UTC},
		Styles: styles.New(styles.Options{Theme: "dark", Profile: termenv.TrueColor}), Screens: screens.All,
	})
	msgs := make(chan tea.Msg)
	var run func(tea.Cmd)
	run = func(cmd tea.Cmd) {
		if cmd == nil {
			return
		}
		go func() {
			msg := cmd()
			if batch, ok := msg.(tea.BatchMsg); ok {
				for _, cmd := range batch {
					run(cmd)
				}
				return
			}
			select {
			case msgs <- msg:
			case <-b.Context().Done():
			}
		}()
	}
	send := func(msg tea.Msg) {
		_, cmd := app.Update(msg)
		run(cmd)
	}
	run(app.Init())
	send(tea.WindowSizeMsg{Width: 120, Height: 40})
	send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("3")})
	for deadline := time.After(time.Minute); strings.Contains(app.View(), "loading") || !strings.Contains(app.View(), "Garcia"); {
		select {
		case msg := <-msgs:
			send(msg)
		case <-deadline:
			b.Fatalf("never loaded:\n%s", app.View())
		}
	}
	return app
}

// The whole way of a key through the root to the frame that is painted.
func BenchmarkKeyToFrame(b *testing.B) {
	app := openCrowd(b, 100_000)
	down := tea.KeyMsg{Type: tea.KeyDown}
	b.ReportAllocs()
	for b.Loop() {
		app.Update(down)
		_ = app.View()
	}
}

// What 100,000 members cost in memory, everything loaded and shown.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		app := openCrowd(b, 100_000)
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MiB")
		runtime.KeepAlive(app)
	}
}
