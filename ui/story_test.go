package ui_test

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens"
	"example.com/keyturn/ui/testkit"
)

// console builds the real root with the real screens, without colours.
func console(ports kit.Ports) tea.Model { return ui.New(config(ports)) }

func readOnly(ports kit.Ports) tea.Model {
	cfg := config(ports)
	cfg.ReadOnly = true
	return ui.New(cfg)
}

func config(ports kit.Ports) ui.Config {
	return ui.Config{
		Ports: ports, Screens: screens.All,
		Styles: styles.New(styles.Options{NoColor: true, Profile: termenv.Ascii}),
	}
}

// tell runs a story that begins on the list of CI tokens.
func tell(t *testing.T, tale func(*testkit.Story)) {
	t.Helper()
	testkit.Tell(t, console, func(s *testkit.Story) {
		s.Press("2").See("deploy")
		tale(s)
	})
}

// toRow moves the cursor to a row that begins so.
func toRow(s *testkit.Story, name string) *testkit.Story {
	s.Press("g")
	for range 30 {
		if s.IsOn(name) {
			return s
		}
		s.Press("down")
	}
	s.Fail("there is no row %q", name)
	return s
}

// coloured is console on a terminal that knows every colour.
func coloured(ports kit.Ports) tea.Model {
	cfg := config(ports)
	cfg.Styles = styles.New(styles.Options{Profile: termenv.TrueColor})
	return ui.New(cfg)
}
