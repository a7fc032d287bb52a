package ui_test

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
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

// crowd is a service with that many members, a tenth of it in CI tokens and a fifth in legacy keys. It
// makes them when they are asked for: what is measured is the console alone.
type crowd struct {
	away
	members int
}

var began = time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)

func (c *crowd) member(i int) models.Member {
	first, last := []string{"Maria", "Ben", "Zoë", "Jürgen", "Ana"}, []string{"Garcia", "Okafor", "Smith"}
	owner := models.MemberRef{
		ID:   models.MemberID(fmt.Sprintf("01M84W6WQKS7X587QV%08d", i)),
		Name: fmt.Sprintf("%s %s", first[i%5], last[i%3]), Email: fmt.Sprintf("p%06d@example.com", i),
	}
	token := credential(models.PersonalToken, i)
	token.Name, token.Owner = "", &owner
	return models.Member{
		ID: owner.ID, Name: owner.Name, Email: owner.Email, Role: models.RoleMember, Seat: true, CreatedAt: began, Revision: 1, Token: token,
	}
}

func credential(kind models.Kind, i int) models.Credential {
	return models.Credential{
		ID: models.CredentialID(fmt.Sprintf("01M84W6W%.9s%08d", kind, i)), Kind: kind, Name: fmt.Sprintf("%s-%d", kind, i), State: models.Active,
		CreatedAt: began, ChangedAt: began, ChangedBy: "ada", Revision: 1, ValueKnown: true,
		Secrets: []models.SecretVersion{{Version: 1, Kind: kind, State: models.SecretCurrent, Fingerprint: fmt.Sprintf("%08x", i), Masked: "lsdemo-****", CreatedAt: began}},
		Use:     models.Use{Last: began, Count: int64(i), Recent: 3, Client: "lstk", Version: "1.4.0", Host: fmt.Sprintf("host-%d", i)},
	}
}

func (c *crowd) shared(i int) models.Credential {
	if i < c.members/10 {
		return credential(models.CIToken, i)
	}
	return credential(models.LegacyCIKey, i)
}

func (c *crowd) Workspace(context.Context) (models.Workspace, error) {
	return models.Workspace{Name: "Acme", Counts: models.Counts{Members: c.members}}, nil
}

func (c *crowd) Members(_ context.Context, p models.Page) (models.MemberPage, error) {
	items, next := pageOf(p, c.members, c.member)
	return models.MemberPage{Items: items, Next: next}, nil
}

func (c *crowd) Credentials(_ context.Context, _ models.CredentialFilter, p models.Page) (models.CredentialPage, error) {
	items, next := pageOf(p, c.members*3/10, c.shared)
	return models.CredentialPage{Items: items, Next: next}, nil
}

// pageOf makes a page of n objects; the cursor is where it starts.
func pageOf[T any](p models.Page, n int, item func(int) T) (items []T, next string) {
	from, _ := strconv.Atoi(p.Cursor)
	to := min(from+models.MaxPage, n)
	for i := from; i < to; i++ {
		items = append(items, item(i))
	}
	if to < n {
		next = strconv.Itoa(to)
	}
	return items, next
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
	service := &crowd{members: n}
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

// What 130,000 credentials cost in memory, everything loaded and shown.
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
