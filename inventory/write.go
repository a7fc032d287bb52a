package inventory

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"

	"example.com/keyturn/models"
)

// head stands above a YAML file that was written.
const head = "# A keyturn workspace. It holds no secrets: the service keeps them.\n"

// file is a workspace as it is written, its fields in the order in which they are written.
type file struct {
	Version    int           `json:"version" yaml:"version"`
	Workspace  *workspace    `json:"workspace,omitempty" yaml:"workspace,omitempty"`
	Sunset     *calendar     `json:"sunset,omitempty" yaml:"sunset,omitempty"`
	Members    []*person     `json:"members,omitempty" yaml:"members,omitempty"`
	CITokens   []*credential `json:"ci_tokens,omitempty" yaml:"ci_tokens,omitempty"`
	LegacyKeys []*credential `json:"legacy_keys,omitempty" yaml:"legacy_keys,omitempty"`
}

type workspace struct {
	Name         text   `json:"name,omitempty" yaml:"name,omitempty"`
	Reveal       string `json:"personal_token_reveal,omitempty" yaml:"personal_token_reveal,omitempty"`
	MembersUseCI *bool  `json:"members_use_ci,omitempty" yaml:"members_use_ci,omitempty"`
}

type calendar struct {
	Start     string     `json:"start,omitempty" yaml:"start,omitempty"`
	End       string     `json:"end,omitempty" yaml:"end,omitempty"`
	Source    text       `json:"source,omitempty" yaml:"source,omitempty"`
	Downtimes []downtime `json:"downtimes,omitempty" yaml:"downtimes,omitempty"`
}

type downtime struct {
	ID    text   `json:"id" yaml:"id"`
	Start string `json:"start" yaml:"start"`
	End   string `json:"end" yaml:"end"`
	Note  text   `json:"note,omitempty" yaml:"note,omitempty"`
}

type person struct {
	Email     text   `json:"email" yaml:"email"`
	Name      text   `json:"name,omitempty" yaml:"name,omitempty"`
	Role      string `json:"role,omitempty" yaml:"role,omitempty"`
	Seat      bool   `json:"seat" yaml:"seat"`
	CreatedAt string `json:"created_at,omitempty" yaml:"created_at,omitempty"`
	RefusedCI int64  `json:"refused_ci,omitempty" yaml:"refused_ci,omitempty"`
	Use       []use  `json:"use,omitempty" yaml:"use,omitempty"`
}

type credential struct {
	Kind      string `json:"kind,omitempty" yaml:"kind,omitempty"`
	Name      text   `json:"name,omitempty" yaml:"name,omitempty"`
	Owner     text   `json:"owner,omitempty" yaml:"owner,omitempty"`
	State     string `json:"state,omitempty" yaml:"state,omitempty"`
	CreatedAt string `json:"created_at,omitempty" yaml:"created_at,omitempty"`
	Use       []use  `json:"use,omitempty" yaml:"use,omitempty"`
}

type use struct {
	Client  text   `json:"client,omitempty" yaml:"client,omitempty"`
	Version text   `json:"version,omitempty" yaml:"version,omitempty"`
	Host    text   `json:"host,omitempty" yaml:"host,omitempty"`
	CI      bool   `json:"ci" yaml:"ci"`
	First   string `json:"first,omitempty" yaml:"first,omitempty"`
	Last    string `json:"last" yaml:"last"`
	Count   int64  `json:"count" yaml:"count"`
}

// text is what people or machines have called something: anything may stand in it.
type text string

// MarshalYAML quotes a text of several lines. As a block it could not be read again if a line of it
// began with a tab, which YAML takes for a mistake in the indentation.
func (t text) MarshalYAML() (any, error) {
	if !strings.ContainsFunc(string(t), unicode.IsControl) {
		return string(t), nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: string(t)}, nil
}

// WriteYAML writes a workspace as a YAML file: the same bytes for the same workspace, and no
// secret.
func WriteYAML(w io.Writer, inv models.Inventory) error {
	if _, err := io.WriteString(w, head); err != nil {
		return fmt.Errorf("write the workspace: %w", err)
	}
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	if err := e.Encode(written(inv)); err != nil {
		return fmt.Errorf("write the workspace: %w", err)
	}
	return e.Close()
}

// WriteJSON is WriteYAML as JSON.
func WriteJSON(w io.Writer, inv models.Inventory) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(written(inv)); err != nil {
		return fmt.Errorf("write the workspace: %w", err)
	}
	return nil
}

func written(inv models.Inventory) file {
	f := file{Version: 1}
	if w := inv.Workspace; w != (models.InventoryWorkspace{}) {
		f.Workspace = &workspace{Name: text(w.Name), Reveal: string(w.PersonalReveal), MembersUseCI: w.MembersUseCI}
	}
	if s := inv.Sunset; s != nil {
		f.Sunset = &calendar{Start: stamp(s.Start), End: stamp(s.End), Source: text(s.Source)}
		for _, d := range s.Downtimes {
			f.Sunset.Downtimes = append(f.Sunset.Downtimes, downtime{ID: text(d.ID), Start: stamp(d.Start), End: stamp(d.End), Note: text(d.Note)})
		}
	}
	for _, m := range inv.Members {
		f.Members = append(f.Members, &person{
			Email: text(m.Email), Name: text(m.Name), Role: string(m.Role), Seat: m.Seat, CreatedAt: stamp(m.CreatedAt), RefusedCI: m.RefusedCI, Use: usesOf(m.Use),
		})
	}
	f.CITokens, f.LegacyKeys = credentialsOf(inv.CITokens, false), credentialsOf(inv.LegacyKeys, true)
	return f
}

func credentialsOf(list []models.InventoryCredential, legacy bool) []*credential {
	var out []*credential
	for _, c := range list {
		entry := &credential{Name: text(c.Name), Owner: text(c.Owner), State: string(c.State), CreatedAt: stamp(c.CreatedAt), Use: usesOf(c.Use)}
		if legacy {
			entry.Kind = string(c.Kind)
		}
		out = append(out, entry)
	}
	return out
}

func usesOf(list []models.InventoryUse) []use {
	var out []use
	for _, u := range list {
		out = append(out, use{Client: text(u.Client), Version: text(u.Version), Host: text(u.Host), CI: u.CI, First: stamp(u.First), Last: stamp(u.Last), Count: u.Count})
	}
	return out
}

// stamp writes a time as RFC 3339 in UTC; none as nothing.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}
