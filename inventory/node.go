package inventory

// kind is what a node of a file is.
type kind int

// The kinds of nodes.
const (
	scalar kind = iota
	mapping
	sequence
)

// word names a kind in a message.
func (k kind) word() string {
	switch k {
	case mapping:
		return "fields"
	case sequence:
		return "a list"
	}
	return "one value"
}

// node is one value of a file with its place: what YAML and JSON have in common.
type node struct {
	kind   kind
	line   int
	text   string // of a scalar
	quoted bool   // of a scalar: surely a text
	null   bool   // of a scalar: nothing is there
	fields []field
	items  []*node
}

// field is one entry of a mapping.
type field struct {
	name  string
	line  int
	value *node
}

// syntaxError says why a file could not be taken apart.
type syntaxError struct {
	line    int
	message string
}

func (e *syntaxError) Error() string { return e.message }
