// Package apiclient asks the workspace service over HTTP, as server/openapi.yaml says.
//
// It is the one door where a server's text becomes models, and so the one place where that text is
// cleaned: what leaves this package can be shown on a terminal as it is. It tells three outcomes of a
// change apart: done, surely not done, and unknown. It sends a change exactly once; whoever wants to
// repeat one does so with the same idempotency key. It keeps no state beside its connections, writes
// no log, follows no redirect and shows the token to the configured service only.
package apiclient
