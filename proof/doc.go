// Package proof holds the service, the client and the rotation engine, joined as in real life, to what
// keyturn promises when things go wrong: lost packets, killed processes, racing admins, wrong clocks.
//
// It is tests only. Each block does harm, and then one checker asks over the network, as somebody who
// comes fresh, whether the invariants hold. EVIDENCE.md says how much of it runs, and where.
package proof
