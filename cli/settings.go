package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"runtime"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"

	"example.com/keyturn/models"
)

// setting is one thing that a service can be told: by a flag, by the environment, by the configuration
// file, in this order; else it is the default.
type setting struct {
	key     string // in the file; the flag and the variable are named after it
	initial string
	what    string // one sentence for --help
	more    string // for the file and the document
	into    func(*ServeOptions) *string
	inFile  func(*settingsFile) **string
}

func (s setting) flag() string     { return strings.ReplaceAll(s.key, "_", "-") }
func (s setting) variable() string { return "KEYTURN_" + strings.ToUpper(s.key) }

// settingsFile is the configuration file as it is read: a key that is not here is refused.
type settingsFile struct {
	Data       *string `toml:"data"`
	Listen     *string `toml:"listen"`
	TLSCert    *string `toml:"tls_cert"`
	TLSKey     *string `toml:"tls_key"`
	Database   *string `toml:"database"`
	KeyFile    *string `toml:"key_file"`
	Operations *string `toml:"operations"`
	LogLevel   *string `toml:"log_level"`
	LogFormat  *string `toml:"log_format"`
	AdminEmail *string `toml:"admin_email"`
}

// settings lists everything that a service can be told.
func settings() []setting {
	return []setting{
		{
			"data", "", "folder of the workspace; made if it is not there", "It holds the database, unless that is in PostgreSQL, and the key of the secrets at rest. Mode 0700.",
			func(o *ServeOptions) *string { return &o.Dir }, func(f *settingsFile) **string { return &f.Data },
		},
		{
			"listen", "127.0.0.1:8420", "address; one that others can reach needs TLS files", "Host and port.",
			func(o *ServeOptions) *string { return &o.Listen }, func(f *settingsFile) **string { return &f.Listen },
		},
		{
			"tls_cert", "", "certificate file", "In PEM, with the intermediate certificates.",
			func(o *ServeOptions) *string { return &o.TLSCert }, func(f *settingsFile) **string { return &f.TLSCert },
		},
		{
			"tls_key", "", "key file of the certificate", "In PEM.",
			func(o *ServeOptions) *string { return &o.TLSKey }, func(f *settingsFile) **string { return &f.TLSKey },
		},
		{
			"database", "", "address of a PostgreSQL database that keeps the workspace, for any number of services", "It may hold a password in the variable, and in a file that only its owner may read; never in the flag.",
			func(o *ServeOptions) *string { return &o.database }, func(f *settingsFile) **string { return &f.Database },
		},
		{
			"key_file", "", "file with the key of the secrets at rest; workspace.key in the folder if not given", "Every service of a workspace has the same key.",
			func(o *ServeOptions) *string { return &o.KeyFile }, func(f *settingsFile) **string { return &f.KeyFile },
		},
		{
			"operations", "", "second address, of this machine alone, for /metrics, /healthz and /readyz; none if not given", "Nobody has to sign in there. Such as 127.0.0.1:8421.",
			func(o *ServeOptions) *string { return &o.Operations }, func(f *settingsFile) **string { return &f.Operations },
		},
		{
			"log_level", "info", "debug, info, warn or error", "At info: changes, refusals and failures; at debug: every request.",
			func(o *ServeOptions) *string { return &o.LogLevel }, func(f *settingsFile) **string { return &f.LogLevel },
		},
		{
			"log_format", "text", "text or json; --json says json too", "The log goes to standard error.",
			func(o *ServeOptions) *string { return &o.LogFormat }, func(f *settingsFile) **string { return &f.LogFormat },
		},
		{
			"admin_email", "", "first admin of a new workspace", "Their personal token is left in the file admin-token in the folder.",
			func(o *ServeOptions) *string { return &o.AdminEmail }, func(f *settingsFile) **string { return &f.AdminEmail },
		},
	}
}

// settle fills the options from flags, environment, file and defaults.
func settle(cmd *cobra.Command, env func(string) string, file string) (o ServeOptions, err error) {
	var stored settingsFile
	if file != "" {
		if stored, err = readSettings(file); err != nil {
			return o, err
		}
	}
	for _, s := range settings() {
		into := s.into(&o)
		flag := cmd.Flags().Lookup(s.flag())
		switch inFile := *s.inFile(&stored); {
		case flag.Changed && flag.Value.String() != "":
			*into = flag.Value.String()
			if s.key == "database" && hasPassword(*into) {
				return o, passwordInFlag()
			}
		case env(s.variable()) != "":
			*into = env(s.variable())
		case inFile != nil:
			*into = *inFile
		default:
			*into = s.initial
		}
	}
	o.Database, o.database = models.NewSecret(o.database), ""
	return o, o.check()
}

func (o ServeOptions) check() error {
	switch {
	case o.Dir == "":
		return usagef("say where the workspace is kept: --data DIR")
	case o.LogFormat != "text" && o.LogFormat != "json":
		return usagef("log_format is text or json, not %q", o.LogFormat)
	}
	switch o.LogLevel {
	case "debug", "info", "warn", "error":
		return nil
	}
	return usagef("log_level is debug, info, warn or error, not %q", o.LogLevel)
}

func passwordInFlag() error {
	return usagef("--database must not hold a password, which every process of the machine could read: put it into ~/.pgpass or PGPASSWORD, or the whole address into KEYTURN_DATABASE")
}

// hasPassword reports whether an address of a database holds one.
func hasPassword(database string) bool {
	address, err := url.Parse(database)
	if err != nil {
		return false
	}
	_, inside := address.User.Password()
	return inside || address.Query().Has("password") || address.Query().Has("sslpassword")
}

// readSettings reads a configuration file. What it complains about it names by line, and never repeats.
func readSettings(name string) (f settingsFile, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return f, &models.Error{Fault: models.FaultInvalid, Code: "no-such-file", Title: "the configuration file " + name + " cannot be read", Detail: reason(err), Fix: "name another with --config; keyturn serve --print-config writes one", Err: err}
	}
	if err := decodeSettings(text, &f); err != nil {
		return f, badSettings(name, err)
	}
	if f.Database == nil || !hasPassword(*f.Database) || runtime.GOOS == "windows" {
		return f, nil
	}
	info, err := os.Stat(name)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = &models.Error{
			Fault: models.FaultInvalid, Code: "bad-config", Title: fmt.Sprintf("%s holds a password, and may be read by others (mode %04o)", name, info.Mode().Perm()),
			Fix: "chmod 600 it, and change the password if somebody else had access",
		}
	}
	return f, err
}

// decodeSettings reads the text of a configuration file. Each setting counts once, in its own letters: of two, nobody
// could say which one is meant.
func decodeSettings(text []byte, f *settingsFile) error {
	var all map[string]any
	var twice *toml.DecodeError
	err := toml.Unmarshal(text, &all)
	if errors.As(err, &twice) && len(twice.Key()) > 0 {
		line, _ := twice.Position()
		return &badSetting{line, strings.Join(twice.Key(), ".") + " is there twice", ""}
	}
	if err != nil {
		return err
	}
	d := toml.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(f); err != nil {
		return err
	}
	for _, s := range settings() {
		delete(all, s.key)
	}
	for i, line := range strings.Split(string(text), "\n") { // the decoder takes other letters for the same
		key, _, _ := strings.Cut(line, "=")
		if key = strings.Trim(key, " \t\"'"); all[key] != nil {
			return noSetting(i+1, key)
		}
	}
	return nil
}

// badSetting is what is wrong in a line, and what is meant perhaps.
type badSetting struct {
	line       int
	what, near string
}

func (b *badSetting) Error() string { return fmt.Sprintf("%d: %s", b.line, b.what) }

func noSetting(line int, key string) *badSetting {
	return &badSetting{line, "there is no setting " + key, nearest(key)}
}

func badSettings(name string, err error) error {
	e := &models.Error{Fault: models.FaultInvalid, Code: "bad-config", Fix: "keyturn serve --print-config shows every setting"}
	var bad *badSetting
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	if errors.As(err, &unknown) && len(unknown.Errors) > 0 {
		line, _ := unknown.Errors[0].Position()
		err = noSetting(line, strings.Join(unknown.Errors[0].Key(), "."))
	}
	switch {
	case errors.As(err, &bad):
		e.Title = fmt.Sprintf("%s:%d: %s", name, bad.line, bad.what)
		if bad.near != "" {
			e.Fix = "did you mean " + bad.near + "? " + e.Fix
		}
	case errors.As(err, &wrong):
		line, column := wrong.Position()
		e.Title = fmt.Sprintf("%s:%d:%d: this cannot be read", name, line, column)
		if key := strings.Join(wrong.Key(), "."); key != "" {
			e.Title = fmt.Sprintf("%s:%d: %s must be text in quotes", name, line, key)
		}
	default:
		e.Title = name + " cannot be read"
	}
	return e
}

// nearest is the setting that somebody may have meant.
func nearest(key string) string {
	plain := strings.NewReplacer("-", "", "_", "", ".", "")
	for _, s := range settings() {
		if strings.EqualFold(plain.Replace(s.key), plain.Replace(key)) || strings.HasPrefix(s.key, key) || strings.HasPrefix(key, s.key) {
			return s.key
		}
	}
	return ""
}

// printSettings writes a configuration file with the defaults.
func printSettings(w io.Writer) {
	fmt.Fprintln(w, "# The configuration of keyturn serve --config FILE. A flag overrides it, and so does a variable.")
	for _, s := range settings() {
		fmt.Fprintf(w, "\n# %s: %s.\n# %s\n# (--%s, %s)\n", s.key, s.what, s.more, s.flag(), s.variable())
		if s.initial == "" {
			fmt.Fprint(w, "# ")
		}
		fmt.Fprintf(w, "%s = %q\n", s.key, s.initial)
	}
}
