package git

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func name(c string) string { return strings.Repeat(c, 40) }

func collect(list *[]string) func(Entry) error {
	return func(e Entry) error {
		*list = append(*list, fmt.Sprintf("%.1s %s %.1s %v", e.Blob, e.Path, e.Commit, e.Link))
		return nil
	}
}

func TestLists(t *testing.T) {
	history := func(r io.Reader, visit func(Entry) error) error {
		missing, err := History(r, visit)
		if err == nil && missing > 0 {
			err = fmt.Errorf("%d missing", missing)
		}
		return err
	}
	for _, c := range []struct {
		name string
		read func(io.Reader, func(Entry) error) error
		text string
		want []string
		said string
	}{
		{"tree", Tree, "100644 blob " + name("a") + "\tx\ty\x00120000 blob " + name("b") + "\tl\x00160000 commit " + name("c") + "\tm\x00", []string{"a x\ty  false", "b l  true"}, ""},
		{"tree of nothing", Tree, "", nil, ""},
		{"tree without a path", Tree, "100644 blob " + name("a") + "\x00", nil, ErrList.Error()},
		{"tree that is cut", Tree, "100644 blob " + name("a") + "\tx", nil, "unexpected EOF"},
		{"tree with a path without end", Tree, strings.Repeat("x", longestName+1), nil, "token too long"},
		{"staged", Staged, ":100644 100755 " + name("0") + " " + name("a") + " M\x00x y\x00:000000 160000 " + name("0") + " " + name("b") + " A\x00m\x00", []string{"a x y  false"}, ""},
		{"staged without a path", Staged, ":100644 100755 " + name("0") + " " + name("a") + " M\x00", nil, ErrList.Error()},
		{
			"history", history, name("1") + "\n" + name("a") + " \n" + name("b") + " dir\n" + name("c") + " dir/x\n" + name("2") + "\n" + name("d") + " \n" + name("e") + " dir\n" + name("f") + " dir.x\n" + name("9") + " y z\r\n",
			[]string{"c dir/x 1 false", "e dir 2 false", "f dir.x 2 false", "9 y z\r 2 false"}, "",
		},
		{"history with holes", history, name("1") + "\n" + name("a") + " x\n?" + name("b") + "\n?" + name("c") + "\n", []string{"a x 1 false"}, "2 missing"},
		{"history that is none", history, "fatal: whatever\n", nil, ErrList.Error()},
		{"history that is cut", history, name("1"), nil, "unexpected EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			err := c.read(iotest.HalfReader(strings.NewReader(c.text)), collect(&got))
			if (err == nil) != (c.said == "") || err != nil && !strings.Contains(err.Error(), c.said) {
				t.Error(err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestAuthors(t *testing.T) {
	for text, want := range map[string]string{
		"tree x\nauthor Maya Lindt <m@example.com> 1700000000 +0200\ncommitter B <b> 1 +0000\n\nauthor no": "Maya Lindt 1700000000",
		"author  <m@example.com> 5 +0000\n":         "m@example.com 5",
		"author M\xff <a> -7 +0000\n":               "M? -7",
		"author A <<b>> 5 +0000\n":                  "A 5",
		"tree x\n\nauthor A <b> 5 +0000\n":          "a commit without an author",
		"author A 5\n":                              "a commit with an author that has no address",
		"author A <b> soon\n":                       "a commit without a time",
		"author A <b> 99999999999999999999 +0000\n": "a commit without a time",
	} {
		name, when, err := Author([]byte(text))
		got := fmt.Sprint(name, " ", when.Unix())
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestBatch(t *testing.T) {
	text := name("a") + " blob 5\na\nb\nc\n" + name("b") + " missing\n" + name("c") + " tree 3\n\x00\n\n\n" + name("d") + " blob 0\n\n"
	for skip := range 3 {
		b := NewBatch(iotest.HalfReader(strings.NewReader(text)))
		var got []string
		for {
			o, err := b.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(io.LimitReader(b, int64(5-2*skip)))
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%.1s %s %d %v %q", o.Name, o.Kind, o.Size, o.Missing, content))
		}
		if skip == 0 && fmt.Sprint(got) != `[a blob 5 false "a\nb\nc" b  0 true "" c tree 3 false "\x00\n\n" d blob 0 false ""]` || len(got) != 4 {
			t.Errorf("%s", got)
		}
	}
}

func TestBatchThatIsNone(t *testing.T) {
	for _, text := range []string{
		"nonsense\n", name("a") + " blob\n", name("a") + " blob x\n", name("a") + " blob -1\nx", name("a") + " sock 1\nx\n", " blob 1\nx\n", name("a") + " blob 99999999999999999999\n",
		strings.Repeat("x", 2*batchBuffer), name("a") + " blob 1\nxy\n", name("a") + " blob 5\nxy", name("a") + " blob 1\nx", name("a") + " bl",
	} {
		b := NewBatch(strings.NewReader(text))
		var err error
		for err == nil {
			_, err = b.Next()
		}
		if errors.Is(err, io.EOF) {
			t.Errorf("%.60q is taken for whole", text)
		}
	}
}

// FuzzBatch reads whatever a command may write: what is read is part of it, and in its order.
func FuzzBatch(f *testing.F) {
	f.Add([]byte(name("a")+" blob 5\na\nb\nc\n"+name("b")+" missing\n"), byte(3))
	f.Add([]byte("x blob 4611686018427387904\nx"), byte(200))
	f.Fuzz(func(t *testing.T, text []byte, most byte) {
		b := NewBatch(bytes.NewReader(text))
		rest := text
		for {
			o, err := b.Next()
			if err != nil {
				return
			}
			content, err := io.ReadAll(io.LimitReader(b, int64(most)))
			if o.Missing && len(content) > 0 || int64(len(content)) > o.Size {
				t.Fatalf("%d bytes of %+v", len(content), o)
			}
			i := bytes.Index(rest, append([]byte(o.Name), ' '))
			if i < 0 || !bytes.Contains(rest[i:], content) {
				t.Fatalf("%+v with %q is not in %q", o, content, rest)
			}
			rest = rest[i+len(o.Name):]
			if err != nil {
				return
			}
		}
	})
}

// FuzzLists reads whatever a command may write.
func FuzzLists(f *testing.F) {
	f.Add([]byte("100644 blob " + name("a") + "\tx\x00"))
	f.Add([]byte(":100644 100755 " + name("0") + " " + name("a") + " M\x00x\x00"))
	f.Add([]byte(name("1") + "\n" + name("a") + " \n" + name("b") + " x/y\n?" + name("c") + "\n"))
	f.Add([]byte("author A <b> 5 +0000\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		visit := func(e Entry) error {
			if !bytes.Contains(text, []byte(e.Path)) || !bytes.Contains(text, []byte(e.Blob)) {
				t.Errorf("%+v", e)
			}
			return nil
		}
		_ = Tree(bytes.NewReader(text), visit)
		_ = Staged(bytes.NewReader(text), visit)
		_, _ = History(bytes.NewReader(text), visit)
		_, _, _ = Author(text)
	})
}
