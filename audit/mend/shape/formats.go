package shape

import (
	"bytes"
	"path"
	"strings"
)

// format is how a file is read.
type format struct {
	name string
	read reader // nil: it is not
}

// formats by what a file's name ends in.
var formats = byEnding(map[string]format{
	"yml yaml": {"YAML", readYAML},
	"json jsonc json5 webmanifest code-workspace": {"JSON", readJSON},
	"toml":                     {"TOML", readTOML},
	"go":                       {"Go", readGo},
	"sh bash bats ksh":         {"shell", readShell},
	"env":                      {"dotenv", readDotenv},
	"dockerfile containerfile": {"Dockerfile", readDockerfile},
	"xml csproj fsproj vbproj props targets config plist runsettings": {"XML", readXML},
	"tf hcl tfvars nomad":    {"HCL", hcl.read},
	"java cs js jsx mjs cjs": {"source code", cLike.read},
	"kt kts scala ts tsx groovy gradle jenkinsfile swift dart": {"source code", cLike.read},
	"py":            {"Python", python.read},
	"ps1 psm1 psd1": {"PowerShell", powerShell.read},
	"nix":           {"Nix", nix.read},
})

func byEnding(lists map[string]format) map[string]format {
	out := map[string]format{}
	for list, f := range lists {
		for ending := range strings.FieldsSeq(list) {
			out[ending] = f
		}
	}
	return out
}

// of tells the format of a file by its name, and by its first line if the name says nothing.
func of(name string, text []byte) format {
	base := strings.ToLower(path.Base(name))
	if f, ok := formats[strings.TrimPrefix(path.Ext(base), ".")]; ok {
		return f
	}
	first, _, _ := strings.Cut(base, ".")
	switch {
	case base == ".bashrc", base == ".bash_profile", base == ".profile", base == ".envrc":
		return formats["sh"]
	case strings.HasPrefix(base, ".env") || first == "env":
		return formats["env"]
	case first == "dockerfile", first == "containerfile", first == "jenkinsfile":
		return formats[first]
	}
	return byFirstLine(text)
}

func byFirstLine(text []byte) format {
	line, _, _ := bytes.Cut(text, []byte{'\n'})
	if !bytes.HasPrefix(line, []byte("#!")) {
		return format{}
	}
	for word := range strings.FieldsSeq(string(line[2:])) {
		switch path.Base(word) {
		case "sh", "bash", "dash", "ksh", "bats":
			return formats["sh"]
		case "python", "python3":
			return formats["py"]
		case "node":
			return formats["js"]
		case "pwsh":
			return formats["ps1"]
		}
	}
	return format{}
}
