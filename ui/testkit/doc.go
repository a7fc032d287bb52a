// Package testkit is the language in which the console's stories are told: a user presses keys and
// reads the screen, a strict fake of the workspace service answers, and the clock is a fake one.
//
// It drives any Bubble Tea model without a terminal, inside a testing/synctest bubble, so that a
// countdown of thirty seconds takes no time and nothing sleeps for luck. It holds every frame to
// two rules that no story has to repeat: it fits the terminal, and it shows no secret that the
// story has not allowed. It must not be imported outside of tests.
package testkit
