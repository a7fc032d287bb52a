package ui

// mode says who gets a key.
type mode int

// The modes. There are no others.
const (
	browse   mode = iota // the screen, and the root's own keys
	typing               // the screen takes text: only ctrl+c is the root's
	inDialog             // the dialog on top
	tooSmall             // only quitting works
)

// The least size on which the console can be used, in cells.
const (
	minWidth  = 40
	minHeight = 10
)

func (a *App) mode() mode {
	switch {
	case a.size.width < minWidth || a.size.height < minHeight:
		return tooSmall
	case len(a.dialogs) > 0:
		return inDialog
	case a.screen().CapturesText():
		return typing
	}
	return browse
}

func (a *App) capturesText() bool {
	if d := a.top(); d != nil {
		return d.CapturesText()
	}
	return a.screen().CapturesText()
}
