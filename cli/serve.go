package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"example.com/keyturn/models"
)

// ServeOptions say what to serve and where.
type ServeOptions struct {
	Listen, Dir, TLSCert, TLSKey, AdminEmail string
	Database                                 models.Secret // address of a PostgreSQL database; empty: a file in Dir
	KeyFile                                  string        // of the secrets at rest; empty: in Dir
	Operations                               string        // second address; empty: none
	LogLevel                                 string        // debug, info, warn or error
	LogFormat                                string        // text or json
	AcceptHistory                            string        // why a database that was put back is taken

	database string // until it is wrapped
}

// Serving is a service that has begun to listen.
type Serving struct {
	Dir        string `json:"data"`
	Address    string `json:"address"`
	Operations string `json:"operations,omitempty"`
	AdminToken string `json:"admin_token_file,omitempty"` // of a new workspace: where its admin's token lies
}

func (b *builder) serve() *cobra.Command {
	var file, accept string
	var show bool
	c := &cobra.Command{
		Use: "serve", Short: "Serve a workspace from a folder", Args: takes(0, 0),
		Example: indent("keyturn serve --data ./workspace\nkeyturn serve --data ./workspace --listen 0.0.0.0:8420 --tls-cert cert.pem --tls-key key.pem\n" +
			"keyturn serve --data ./keys --database \"postgres://keyturn@db.example.com/keyturn?sslmode=verify-full\"\n" +
			"keyturn serve --print-config >keyturn.toml\nkeyturn serve --config keyturn.toml"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if show {
				printSettings(b.deps.Stdout)
				return nil
			}
			o, err := settle(cmd, b.deps.Env, file)
			if err != nil {
				return err
			}
			if b.json {
				o.LogFormat = "json"
			}
			o.AcceptHistory = accept
			return b.deps.Serve(cmd.Context(), o, func(s Serving) error { return b.tell("serve", answer{data: s, text: s.print}, nil) })
		},
	}
	c.Flags().StringVar(&file, "config", "", "configuration file, in TOML")
	c.Flags().StringVar(&accept, "accept-history", "", "why a PostgreSQL database is served that was put back to before what this folder has served")
	c.Flags().BoolVar(&show, "print-config", false, "write a configuration file with every setting, and serve nothing")
	for _, s := range settings() {
		c.Flags().String(s.flag(), s.initial, s.what)
	}
	return c
}

func (s Serving) print(w io.Writer) {
	if s.AdminToken != "" {
		fmt.Fprintf(w, "new workspace; the admin's personal token is in %s\n", s.AdminToken)
	}
	fmt.Fprintf(w, "serving %s on %s\n", s.Dir, s.Address)
	if s.Operations != "" {
		fmt.Fprintf(w, "metrics, health and readiness on %s\n", s.Operations)
	}
}
