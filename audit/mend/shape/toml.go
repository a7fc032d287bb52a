package shape

import (
	"bytes"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// readTOML reads a document. Names below a header lie below it.
func readTOML(text []byte) (*node, error) {
	var any map[string]any
	if err := toml.Unmarshal(text, &any); err != nil { // finds what stands there twice
		return nil, err
	}
	root := &node{kind: "document", at: unknown}
	table := root
	p := unstable.Parser{}
	p.Reset(text)
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = &node{kind: e.Kind.String(), at: unknown}
			table.value, table.at = tomlName(e)
			root.below = append(root.below, table)
		case unstable.KeyValue:
			table.below = append(table.below, tomlValue(e))
		}
	}
	return root, p.Error()
}

func tomlName(n *unstable.Node) (name string, at int) {
	at = unknown
	var parts [][]byte
	for it := n.Key(); it.Next(); {
		if at == unknown {
			at = int(it.Node().Raw.Offset)
		}
		parts = append(parts, it.Node().Data)
	}
	return string(bytes.Join(parts, []byte{0})), at
}

func tomlValue(n *unstable.Node) *node {
	out := &node{kind: n.Kind.String(), value: string(n.Data), at: unknown}
	if n.Raw.Length > 0 {
		out.at = int(n.Raw.Offset)
	}
	if n.Kind == unstable.KeyValue {
		out.value, out.at = tomlName(n)
		out.below = []*node{tomlValue(n.Value())}
		return out
	}
	for it := n.Children(); it.Next(); {
		if it.Node().Kind != unstable.Comment {
			out.below = append(out.below, tomlValue(it.Node()))
		}
	}
	return out
}
