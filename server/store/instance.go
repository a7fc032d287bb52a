package store

// Instance is one of the services that serve a workspace, as it says itself.
type Instance struct {
	Host   string
	Folder string   // where its key is
	Keys   []string // the ids of those that it has
}
