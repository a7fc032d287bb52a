// Package term is the terminal: one locked writer, the painter of frames, the splitting of keys,
// the clipboard, and the width of text. It knows no screen and no model but the secret that is
// copied.
package term
