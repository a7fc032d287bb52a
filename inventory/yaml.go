package inventory

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// yamlLine finds the line in what the YAML library says.
var yamlLine = regexp.MustCompile(`line (\d+)`)

// parseYAML takes a YAML 1.2 file of one document apart. Anchors, aliases and tags of one's own are
// refused: a workspace file needs none, and they can blow a small file up.
func parseYAML(text []byte) (*node, error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	if err := d.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, &syntaxError{line: 1, message: "the file holds nothing but comments"}
		}
		return nil, yamlProblem(err)
	}
	switch err := d.Decode(&second); {
	case err == nil:
		return nil, &syntaxError{line: second.Line, message: "a second document begins here: a workspace file has one"}
	case !errors.Is(err, io.EOF):
		return nil, yamlProblem(err)
	}
	return fromYAML(&document)
}

func yamlProblem(err error) error {
	line := 1
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	// What the library says may quote the file, and so a secret.
	return &syntaxError{line: line, message: "this is not YAML here: look at the indentation, the quotes and the colons above"}
}

func fromYAML(y *yaml.Node) (*node, error) {
	if y.Anchor != "" || y.Kind == yaml.AliasNode {
		return nil, &syntaxError{line: y.Line, message: "anchors and aliases are not allowed: write the value out"}
	}
	n := &node{line: y.Line}
	switch y.Kind {
	case yaml.DocumentNode:
		return fromYAML(y.Content[0])
	case yaml.ScalarNode:
		n.text, n.quoted = y.Value, y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
		n.null = y.ShortTag() == "!!null"
		if tag := y.ShortTag(); y.Style&yaml.TaggedStyle != 0 && tag != "!!str" {
			return nil, &syntaxError{line: y.Line, message: "tags are not allowed here: write the value as it is"}
		}
		return n, nil
	case yaml.SequenceNode:
		n.kind = sequence
		for _, item := range y.Content {
			value, err := fromYAML(item)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, value)
		}
		return n, nil
	case yaml.MappingNode:
		n.kind = mapping
		for i := 0; i+1 < len(y.Content); i += 2 {
			value, err := fromYAML(y.Content[i+1])
			if err != nil {
				return nil, err
			}
			n.fields = append(n.fields, field{name: y.Content[i].Value, line: y.Content[i].Line, value: value})
		}
		return n, nil
	}
	return nil, &syntaxError{line: y.Line, message: "there is nothing here"}
}
