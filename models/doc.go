// Package models holds the words of keyturn as types, and their rules as pure functions.
//
// It imports the standard library only, does no IO and owns no clock: a rule that depends on
// the time takes it as an argument. Everything else in the program imports models; models
// imports nothing of the program.
package models
