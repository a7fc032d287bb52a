package inventory_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/keyturn/inventory"
	"example.com/keyturn/inventory/sample"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// bare is a workspace without its secrets: what a file keeps of it.
func bare(inv models.Inventory) models.Inventory {
	for i := range inv.Members {
		inv.Members[i].Token = models.Secret{}
	}
	for _, list := range [][]models.InventoryCredential{inv.CITokens, inv.LegacyKeys} {
		for i := range list {
			list[i].Value = models.Secret{}
		}
	}
	return inv
}

var same = cmp.Comparer(func(a, b models.Secret) bool { return a.Reveal() == b.Reveal() })

var formats = map[string]func(io.Writer, models.Inventory) error{"a.yaml": inventory.WriteYAML, "a.json": inventory.WriteJSON}

func TestTheSampleIsSuchAFile(t *testing.T) {
	for name, write := range formats {
		inv := sample.Generate(sample.Options{Members: 200, CITokens: 60, Legacy: 60, Seed: 7, Now: now})
		var text, again bytes.Buffer
		if err := errors.Join(write(&text, inv), write(&again, inv)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(text.Bytes(), again.Bytes()) {
			t.Errorf("%s: two writings differ", name)
		}
		h := hunt.For(t)
		for _, key := range inv.LegacyKeys {
			h.Add(key.Value)
		}
		h.Keep("the file "+name, text.Bytes())
		got, err := inventory.Read(name, &text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(bare(inv), got, same); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// nasty are texts that formats trip over.
func nasty() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"yes", "null", "~", "1e3", "0x1f", " x", "x ", "a: b", "- a", "#x", "'", "\"", "\x1b[31mred", "\u202eevil", "e\u0301", "名前", "👩‍🚀", "a\nb", "a\tb", "a\u2028b", "\u0085x", "|", ">", "*a", "&a", "!!int 1", "2026-01-01", "{", "\\u0041", "\ufeffx", "\u007fx"}),
		rapid.StringN(1, 30, 60),
	).Filter(func(s string) bool {
		return strings.TrimSpace(s) != "" && !strings.ContainsRune(s, 0) && !strings.ContainsRune(s, '\ufffd')
	})
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := func(label string) time.Time {
			return now.Add(time.Duration(rapid.Int64Range(-1e9, 1e9).Draw(t, label)) * time.Second)
		}
		yes := rapid.Bool().Draw(t, "members use CI")
		inv := models.Inventory{
			Workspace: models.InventoryWorkspace{Name: nasty().Draw(t, "workspace"), MembersUseCI: &yes},
			Sunset:    &models.Sunset{Start: now, End: now.AddDate(0, 2, 0), Source: nasty().Draw(t, "source"), Downtimes: []models.Downtime{{ID: nasty().Draw(t, "id"), Start: now, End: now.Add(time.Nanosecond), Note: nasty().Draw(t, "note")}}},
			Members: []models.InventoryMember{{
				Email: "a@example.com", Name: nasty().Draw(t, "name"), Role: models.RoleAdmin, Seat: true, CreatedAt: at("created"), RefusedCI: 3,
				Use: []models.InventoryUse{{Client: nasty().Draw(t, "client"), Host: nasty().Draw(t, "host"), Last: at("last"), Count: 9}},
			}},
			CITokens:   []models.InventoryCredential{{Kind: models.CIToken, Name: nasty().Draw(t, "token"), State: models.Paused, CreatedAt: at("made")}},
			LegacyKeys: []models.InventoryCredential{{Kind: models.LegacyCIKey, Name: nasty().Draw(t, "key")}, {Kind: models.LegacyAPIKey, Owner: "a@example.com"}},
		}
		for name, write := range formats {
			var text bytes.Buffer
			if err := write(&text, inv); err != nil {
				t.Fatal(err)
			}
			written := text.String()
			got, err := inventory.Read(name, &text)
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, written)
			}
			if diff := cmp.Diff(inv, got, same); diff != "" {
				t.Fatalf("%s: %s\n%s", name, diff, written)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	example, err := os.ReadFile("../docs/workspace-file.md")
	if err != nil {
		f.Fatal(err)
	}
	for i, block := range strings.Split(string(example), "```") {
		if i%2 == 1 {
			_, text, _ := strings.Cut(block, "\n")
			f.Add("a.yaml", text)
			f.Add("a.csv", text)
		}
	}
	f.Add("a.json", `{"version": 1, "members": [{"email": "a@b.c", "use": [{"last": "2026-01-01", "count": 1}]}]}`)
	f.Add("-", "a: &x [*x]")
	f.Fuzz(func(t *testing.T, name, text string) {
		inv, err := inventory.Read(name, strings.NewReader(text))
		if err != nil {
			var problems *inventory.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("%T: %v", err, err)
			}
			lines := strings.Count(text, "\n") + 1
			for _, p := range problems.List {
				if p.Line < 1 || p.Line > lines+1 {
					t.Fatalf("line %d of %d: %s", p.Line, lines, p.Message)
				}
			}
			return
		}
		var again bytes.Buffer
		if err := inventory.WriteYAML(&again, inv); err != nil {
			t.Fatal(err)
		}
		got, err := inventory.Read("a.yaml", &again)
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		if diff := cmp.Diff(bare(inv), got, same); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	inv := sample.Generate(sample.Options{Members: 100_000, CITokens: 10_000, Legacy: 20_000, Seed: 1, Now: now})
	for name, write := range formats {
		b.Run(name, func(b *testing.B) {
			var text bytes.Buffer
			if err := write(&text, inv); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				if _, err := inventory.Read(name, bytes.NewReader(text.Bytes())); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestATextOfSeveralLinesIsReadAgain(t *testing.T) {
	for _, name := range []string{"\n\tA", "a\nb", "\ta", "a\n", "a\u0085b", "a\u2028\tb", " a\n  b"} {
		inv := models.Inventory{CITokens: []models.InventoryCredential{{Kind: models.CIToken, Name: name}}}
		var out bytes.Buffer
		if err := inventory.WriteYAML(&out, inv); err != nil {
			t.Fatal(err)
		}
		got, err := inventory.Read("a.yaml", &out)
		if err != nil || got.CITokens[0].Name != name {
			t.Errorf("%q: %+v, %v", name, got.CITokens, err)
		}
	}
}
