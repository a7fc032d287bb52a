// Package prelude keeps Bubble Tea v1 from asking the terminal for its background colour before
// main runs, which stalls for seconds where nobody answers.
//
// It works because Go initialises packages that are ready in the order of their import paths, and
// this path sorts before github.com/charmbracelet/bubbletea. So it must import nothing that
// imports Bubble Tea, and the module's name must go on sorting early.
package prelude

import "github.com/charmbracelet/lipgloss"

func init() { lipgloss.SetHasDarkBackground(true) }
