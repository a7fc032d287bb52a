package shape

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

func readXML(text []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	root := &node{kind: "document", at: unknown}
	path := []*node{root}
	for {
		at := int(d.InputOffset())
		t, err := d.Token()
		if errors.Is(err, io.EOF) && len(path) == 1 && len(root.below) > 0 {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		above := path[len(path)-1]
		switch t := t.(type) {
		case xml.StartElement:
			n := &node{kind: "element", value: xmlValue(t), at: at}
			above.below = append(above.below, n)
			path = append(path, n)
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if bare := bytes.TrimSpace(t); len(bare) > 0 {
				at += len(text[at:]) - len(bytes.TrimLeft(text[at:], " \t\r\n"))
				above.below = append(above.below, &node{kind: "text", value: string(bare), at: at})
			}
		}
	}
}

// xmlValue is all that stands in a tag.
func xmlValue(t xml.StartElement) string {
	var b strings.Builder
	b.WriteString(t.Name.Space + ":" + t.Name.Local)
	for _, a := range t.Attr {
		b.WriteString(" " + a.Name.Space + ":" + a.Name.Local + "=" + a.Value)
	}
	return b.String()
}
