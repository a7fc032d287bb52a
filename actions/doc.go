// Package actions is the one list of what people can do in keyturn: name, keys, tooltip, danger,
// and the reason when it cannot be done right now.
//
// The screen, the line mode and the command line read it; help, footer, palette, the key table of
// the README and the command names come from it. It decides nothing about how an action is done.
package actions
