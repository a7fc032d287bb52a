package inspect

import (
	"path"
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
)

// Folder is a folder of a checkout of which a file in it says something.
type Folder struct {
	Root, Path string
	Own        bool // it holds LocalStack's own sources
	Other      bool // localstack is another program there
}

// Settle judges what no file can tell alone, in place. What lies in a folder of LocalStack's own sources is
// dropped, and logins where localstack is another program. A file of settings that stands beside a compose
// file or a Terraform module gives it its variables: they keep their names as long as a rename is withheld
// there, or an image that is too old reads them.
func Settle(list []finding.Finding, folders []Folder) []finding.Finding {
	kept := list[:0]
	for _, f := range list {
		if !isDropped(f, folders) {
			kept = append(kept, f)
		}
	}
	holders, settings := map[place]string{}, map[place]bool{}
	for _, f := range kept {
		switch at := placeOf(f); {
		case f.Code == finding.LegacyEnvVar && isSettings(f.Path):
			settings[at] = true
		case handsOver(f.Path) && (f.Code == finding.OutdatedImage && f.EnvFile || f.Code == finding.LegacyEnvVar && f.Fix.Kind == finding.Withheld):
			holders[at] = f.Path
		}
	}
	for i := range kept {
		f := &kept[i]
		at := placeOf(*f)
		if by := holders[at]; by != "" && f.Code == finding.LegacyEnvVar && f.Fix.Kind.Fixable() && isSettings(f.Path) {
			f.Fix = withheld(by + " takes it from here, for an image that is too old to know the new name")
		}
		if f.Code == finding.OutdatedImage && f.EnvFile && settings[at] {
			f.Severity = finding.Error
		}
	}
	keepTogether(kept)
	return kept
}

// keepTogether withholds renames of what another file gives or takes under the old name: the variable of a
// Terraform module, and what compose reads from .env.
func keepTogether(list []finding.Finding) {
	modules, dotenvs := map[place]*finding.Finding{}, map[place]*finding.Finding{}
	sources := map[place]bool{}
	for _, f := range list {
		if f.Tool && strings.HasSuffix(f.Path, ".tf") {
			sources[placeOf(f)] = true
		}
	}
	for i := range list {
		f := &list[i]
		switch {
		case f.Code != finding.LegacyEnvVar || f.Fix.Kind.Fixable():
		case f.Tool && sources[placeOf(*f)] && (strings.HasSuffix(f.Path, ".tf") || isRead(f.Path)):
			modules[placeOf(*f)] = f
		case path.Base(f.Path) == ".env" && f.Fix.Kind == finding.Withheld:
			dotenvs[placeOf(*f)] = f
		}
	}
	for i := range list {
		f := &list[i]
		switch {
		case f.Code != finding.LegacyEnvVar || !f.Fix.Kind.Fixable():
		case f.Tool && isTerraform(f.Path):
			keep(f, moduleOf(*f, modules), lowerNew)
		case f.Takes && isCompose(f.Path):
			keep(f, dotenvs[placeOf(*f)], finding.NewVariable)
		}
	}
}

// keep takes from a fix what would rename something that by keeps.
func keep(f, by *finding.Finding, to string) {
	if by == nil {
		return
	}
	rest := slices.DeleteFunc(slices.Clone(f.Fix.Edits), func(e finding.Edit) bool { return e.Text == to })
	if len(rest) > 0 && f.Fix.Kind == finding.Rename {
		f.Fix.Edits = rest
		return
	}
	f.Fix = withheld("it has to keep the name that " + path.Base(by.Path) + " has in line " + itoa(by.Line) + ", which is not renamed")
}

// moduleOf is what keeps a name in the module that a file is of: the folder for sources, for values perhaps
// one above.
func moduleOf(f finding.Finding, modules map[place]*finding.Finding) *finding.Finding {
	at := placeOf(f)
	for modules[at] == nil && !strings.HasSuffix(f.Path, ".tf") && at.path != "." && at.path != "/" {
		at.path = path.Dir(at.path)
	}
	return modules[at]
}

// isRead reports whether Terraform reads values without being told.
func isRead(name string) bool {
	base := strings.TrimSuffix(path.Base(name), ".json")
	return base == "terraform.tfvars" || strings.HasSuffix(base, ".auto.tfvars")
}

func withheld(reason string) finding.Fix {
	return finding.Fix{Kind: finding.Withheld, Reason: reason, Edits: []finding.Edit{}}
}

// place is a folder of a checkout, at one moment of its history.
type place struct{ root, path, commit string }

func placeOf(f finding.Finding) place {
	p := place{root: f.Root, path: path.Dir(f.Path)}
	if f.Commit != nil {
		p.commit = f.Commit.Hash
	}
	return p
}

func isDropped(f finding.Finding, folders []Folder) bool {
	for _, d := range folders {
		inside := d.Root == f.Root && (d.Path == "." || strings.HasPrefix(f.Path, d.Path+"/"))
		if inside && (d.Own || d.Other && f.Code == finding.DeprecatedLogin) {
			return true
		}
	}
	return false
}

func handsOver(name string) bool {
	return isCompose(name) || strings.HasSuffix(strings.ToLower(name), ".tf")
}

func isCompose(name string) bool {
	return strings.Contains(strings.ToLower(path.Base(name)), "compose")
}

func isTerraform(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, ".tf") || strings.HasSuffix(lower, ".tfvars") || strings.HasSuffix(lower, ".tfvars.json")
}

func isSettings(name string) bool {
	lower := strings.ToLower(path.Base(name))
	return strings.HasPrefix(lower, ".env") || strings.HasSuffix(lower, ".env") || strings.HasSuffix(lower, ".tfvars")
}
