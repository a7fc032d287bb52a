package source

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// parts reads a text that is too large to be read as a whole: in parts that end with a line, and that begin
// with the last lines of the part before. A line that is longer than a part is cut between two words.
func (w *worker) parts(src io.Reader, at place) error {
	p := pieces{src: src, overlap: w.overlap, buf: make([]byte, 0, max(w.part, 4*w.overlap))}
	if err := p.fill(); err != nil {
		w.failed(at, err)
		return nil
	}
	why := isHuge
	if code := wideText(p.buf); code != nil {
		wide := code.NewDecoder().Reader(io.MultiReader(bytes.NewReader(bytes.Clone(p.buf)), src))
		p.src, p.buf, why = wide, p.buf[:0], isWide
	} else if isBinary(p.buf) {
		w.binary(at, len(p.buf))
		return nil
	}
	w.Live.Files.Add(1)
	for w.ctx.Err() == nil {
		if err := p.fill(); err != nil {
			w.failed(at, err)
			return nil
		}
		text, column := p.text()
		if w.Worth(text) {
			w.remark(*at.root, at.shown(), isHuge)
			if err := w.text(text, File{Part: true, Line: p.line, Column: column, NoFix: why}, at); err != nil {
				return err
			}
		}
		if p.end {
			return nil
		}
		w.Live.Bytes.Add(int64(p.next()))
	}
	return nil
}

// pieces cuts a text.
type pieces struct {
	src          io.Reader
	overlap      int
	buf          []byte
	end          bool // nothing comes behind buf
	torn         bool // buf begins within a word
	line, column int  // where buf begins
}

// fill reads until the memory is full or the text is at its end.
func (p *pieces) fill() error {
	for !p.end && len(p.buf) < cap(p.buf) {
		n, err := p.src.Read(p.buf[len(p.buf):cap(p.buf)])
		p.buf = p.buf[:len(p.buf)+n]
		if errors.Is(err, io.EOF) {
			p.end = true
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// text is the part to look at, and how many characters of its first line stand before it. What is left of a
// word that goes on before or behind the memory is not looked at: it is another word.
func (p *pieces) text() (text []byte, column int) {
	from, to := 0, len(p.buf)
	if !p.end {
		cut, torn := p.cut()
		if to = cut; torn {
			to = p.lastDivide(0)
		}
	}
	if p.torn {
		for from = 1; from < to && !p.divides(from); from++ {
		}
		from = min(from, to)
	}
	return p.buf[from:to], p.column + utf8.RuneCount(p.buf[:from])
}

// cut is where a part ends: behind its last line, else before its last word. A word that is as long as all
// of the memory is torn.
func (p *pieces) cut() (at int, torn bool) {
	least := 2 * p.overlap
	if i := bytes.LastIndexByte(p.buf[least:], '\n'); i >= 0 {
		return least + i + 1, false
	}
	if at := p.lastDivide(least); at > least {
		return at, false
	}
	return len(p.buf), true
}

// lastDivide is the last place behind least that no word goes over; least if there is none.
func (p *pieces) lastDivide(least int) int {
	at := len(p.buf) - 1
	for at > least && !p.divides(at) {
		at--
	}
	return at
}

// next forgets what no other part needs, and returns how much that was: all but what was cut off and, before
// it, whole lines, else whole words.
func (p *pieces) next() int {
	cut, torn := p.cut()
	from := cut
	if !torn {
		from = p.overlapping(cut)
	}
	p.torn = torn
	gone := p.buf[:from]
	if last := bytes.LastIndexByte(gone, '\n'); last >= 0 {
		p.line += bytes.Count(gone, []byte{'\n'})
		p.column = 0
		gone = gone[last+1:]
	}
	p.column += utf8.RuneCount(gone)
	p.buf = p.buf[:copy(p.buf, p.buf[from:])]
	return from
}

func (p *pieces) overlapping(cut int) int {
	from := cut - p.overlap
	if i := bytes.IndexByte(p.buf[from:cut-1], '\n'); i >= 0 {
		return from + i + 1
	}
	for from < cut && !p.divides(from) {
		from++
	}
	return from
}

// divides reports whether neither a word nor a character goes on over a place.
func (p *pieces) divides(at int) bool {
	return utf8.RuneStart(p.buf[at]) && !(isWordByte(p.buf[at-1]) && isWordByte(p.buf[at]))
}

// isWordByte reports whether a byte can be part of a name or a token.
func isWordByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}
