//go:build !unix

package durable

// renamesOpen says that open files can be neither renamed nor removed.
const renamesOpen = false

// SyncDir does nothing: here a folder cannot be synced, and a rename is written through.
func (OS) SyncDir(string) error { return nil }

// Lock takes nothing: two processes that ask with the same key get the same answer.
func (f file) Lock() error { return nil }
