// Package kit holds the contracts of the console: what a screen is, what a dialog is, what an
// action is, what the console needs from outside, and the messages that cross screens.
//
// It draws nothing and does no IO.
package kit
