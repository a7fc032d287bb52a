package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/inventory"
	"example.com/keyturn/models"
)

type jsonImport struct {
	File      string             `json:"file"`
	DryRun    bool               `json:"dry_run"`
	Created   int                `json:"created"`
	Updated   int                `json:"updated"`
	Unchanged int                `json:"unchanged"`
	Changes   []jsonImportChange `json:"changes"`
}

type jsonImportChange struct {
	Verb   string `json:"verb"`
	What   string `json:"what"`
	Name   string `json:"name"`
	Detail string `json:"detail,omitempty"`
}

func (b *builder) importFile() *cobra.Command {
	var dryRun bool
	cmd := b.command("import FILE [--dry-run]", short(actions.Import), "keyturn import workspace.yaml --dry-run\nkeyturn import members.csv", takes(1, 1),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			return c.load(ctx, args[0], dryRun)
		})
	cmd.Long = "Load a workspace file: YAML, JSON, or members as CSV (email,name,role,seat). A dash reads standard input.\n" +
		"Nothing is written unless the whole file is right, and importing it twice changes nothing."
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would change, and change nothing")
	return cmd
}

func (c *call) load(ctx context.Context, name string, dryRun bool) (answer, error) {
	inv, err := c.readFile(name)
	if err != nil {
		return answer{}, err
	}
	if err := c.allowed(ctx, actions.Import, nil); err != nil && !dryRun {
		return answer{}, err
	}
	s, err := c.service()
	if err != nil {
		return answer{}, err
	}
	report, err := s.Import(ctx, inv, dryRun, s.Rotator.NewKey())
	if err != nil {
		return answer{}, err
	}
	data := jsonImport{File: name, DryRun: report.DryRun, Created: report.Created, Updated: report.Updated, Unchanged: report.Unchanged, Changes: []jsonImportChange{}}
	for _, ch := range report.Changes {
		data.Changes = append(data.Changes, jsonImportChange{Verb: ch.Verb, What: ch.What, Name: ch.Name, Detail: ch.Detail})
	}
	return answer{data: data, text: func(w io.Writer) { printImport(w, report) }}, nil
}

const notAFile = "name a workspace file; docs/workspace-file.md says what is in it"

func (c *call) readFile(name string) (models.Inventory, error) {
	var in io.Reader = c.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return models.Inventory{}, &models.Error{Fault: models.FaultInvalid, Code: "no-such-file", Title: err.Error(), Fix: notAFile}
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	inv, err := inventory.Read(name, in)
	var problems *inventory.Problems
	if errors.As(err, &problems) {
		return inv, &models.Error{Fault: models.FaultInvalid, Code: "bad-file", Title: err.Error(), Fix: "mend the file; nothing was changed", Err: err}
	}
	if err != nil {
		return inv, &models.Error{Fault: models.FaultInvalid, Code: "unreadable-file", Title: name + " cannot be read", Detail: reason(err), Fix: notAFile, Err: err}
	}
	return inv, nil
}

// reason is why a file could not be used, without the file's name.
func reason(err error) string {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

func printImport(w io.Writer, r models.ImportReport) {
	shown := 0
	for _, ch := range r.Changes {
		if ch.Verb != "keep" {
			shown++
		}
		line := strings.TrimSpace(ch.Verb + " " + ch.What + " " + ch.Name)
		if ch.Detail != "" {
			line += ": " + ch.Detail
		}
		fmt.Fprintln(w, line)
	}
	if more := r.Created + r.Updated - shown; more > 0 {
		fmt.Fprintf(w, "and %d more\n", more)
	}
	would := ""
	if r.DryRun {
		would = "would be "
	}
	fmt.Fprintf(w, "%d %screated, %d %supdated, %d unchanged\n", r.Created, would, r.Updated, would, r.Unchanged)
}

type jsonExport struct {
	File    string `json:"file"`
	Members int    `json:"members"`
	Tokens  int    `json:"ci_tokens"`
	Legacy  int    `json:"legacy_keys"`
}

func (b *builder) export() *cobra.Command {
	var format string
	var force bool
	cmd := b.command("export [FILE] [--format yaml|json]", short(actions.Export), "keyturn export workspace.yaml\nkeyturn export --format json", takes(0, 1),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			name := strings.Join(args, "")
			write, err := writerOf(format, name, c.asJSON)
			if err != nil {
				return answer{}, err
			}
			return c.save(ctx, name, write, force)
		})
	cmd.Flags().StringVar(&format, "format", "", "yaml or json; the ending of the file decides otherwise")
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that is there")
	return cmd
}

type writer func(io.Writer, models.Inventory) error

func writerOf(format, name string, asJSON bool) (writer, error) {
	if format == "" && (filepath.Ext(name) == ".json" || name == "" && asJSON) {
		format = "json"
	}
	switch format {
	case "json":
		return inventory.WriteJSON, nil
	case "", "yaml":
		return inventory.WriteYAML, nil
	}
	return nil, usagef("--format is yaml or json, not %q", format)
}

func (c *call) save(ctx context.Context, name string, write writer, force bool) (answer, error) {
	s, err := c.service()
	if err != nil {
		return answer{}, err
	}
	if err := c.allowed(ctx, actions.Export, nil); err != nil {
		return answer{}, err
	}
	inv, err := s.Export(ctx)
	if err != nil {
		return answer{}, err
	}
	var text bytes.Buffer
	if err := write(&text, inv); err != nil {
		return answer{}, err
	}
	if name == "" {
		return answer{data: json.RawMessage(text.Bytes()), text: func(w io.Writer) { _, _ = text.WriteTo(w) }}, nil // Flush tells
	}
	if err := replaceFile(name, text.Bytes(), force); err != nil {
		return answer{}, err
	}
	data := jsonExport{File: name, Members: len(inv.Members), Tokens: len(inv.CITokens), Legacy: len(inv.LegacyKeys)}
	return answer{data: data, text: func(w io.Writer) {
		fmt.Fprintf(w, "wrote %s: %s, %s, %s; no secrets\n", name, count(data.Members, "member", "members"),
			count(data.Tokens, "CI token", "CI tokens"), count(data.Legacy, "legacy key", "legacy keys"))
	}}, nil
}

// replaceFile writes a whole file or none: it is made beside its place, with mode 0600, and moved.
func replaceFile(name string, text []byte, force bool) (err error) {
	if _, err := os.Lstat(name); err == nil && !force {
		return &models.Error{Fault: models.FaultConflict, Code: "file-exists", Title: name + " is there already", Fix: "name another file, or add --force"}
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return &models.Error{
			Fault: models.FaultInvalid, Code: "unwritable-file", Title: name + " cannot be written", Detail: reason(err), Fix: "name a file in a folder where you may write", Err: err,
		}
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", name, err), os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
