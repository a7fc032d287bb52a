package inspect

import (
	"path"
	"strings"

	"example.com/keyturn/audit/finding"
)

// Settle judges what no file can tell alone. What lies in a folder of LocalStack's own sources is dropped:
// own are such folders, as root and path. A variable that a file of settings gives to a compose file, or to
// a Terraform module, keeps its name as long as a rename is withheld there. It changes the list in place.
func Settle(list []finding.Finding, own []Place) []finding.Finding {
	held := map[Place]string{}
	for _, f := range list {
		if f.Code == finding.LegacyEnvVar && f.Fix.Kind == finding.Withheld && f.Commit == nil && handsOver(f.Path) {
			held[Place{f.Root, path.Dir(f.Path)}] = f.Path
		}
	}
	kept := list[:0]
	for _, f := range list {
		if isBelow(f, own) {
			continue
		}
		if by := held[Place{f.Root, path.Dir(f.Path)}]; by != "" && f.Code == finding.LegacyEnvVar && f.Fix.Kind.Fixable() && isSettings(f.Path) {
			f.Fix = finding.Fix{Kind: finding.Withheld, Edits: []finding.Edit{}, Reason: by + " takes it from here, and a rename is withheld there"}
		}
		kept = append(kept, f)
	}
	return kept
}

// Place is a folder of a checkout.
type Place struct{ Root, Path string }

func isBelow(f finding.Finding, own []Place) bool {
	for _, p := range own {
		if p.Root == f.Root && (p.Path == "." || p.Path == path.Dir(f.Path) || strings.HasPrefix(f.Path, p.Path+"/")) {
			return true
		}
	}
	return false
}

func handsOver(name string) bool {
	lower := strings.ToLower(path.Base(name))
	return strings.Contains(lower, "compose") || strings.HasSuffix(lower, ".tf")
}

func isSettings(name string) bool {
	lower := strings.ToLower(path.Base(name))
	return strings.HasPrefix(lower, ".env") || strings.HasSuffix(lower, ".env") || strings.HasSuffix(lower, ".tfvars")
}
