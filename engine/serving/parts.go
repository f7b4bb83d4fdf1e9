package serving

import (
	"bytes"
	"runtime"
	"sync/atomic"

	"example.com/engine/parallel"
	"example.com/engine/serving/wire"
)

// A long list of rows is cut into parts, which are read, predicted and written
// by all processors at a time. What can't be answered as a whole, because a row
// is wrong or the text is no list, is then read again from the beginning, which
// tells what is wrong and where.

// partBytes is how long a part is at most, but for its last row: some hundred
// rows of ten columns.
const partBytes = 128 << 10

// part is a piece of a list of rows.
type part struct {
	text   []byte // rows with commas between
	first  int    // the number of its first row in the list
	frame  *wire.Frame
	answer Answers
	out    []byte // the answers with commas between
}

// cut parts a list. A cut is made where one object seems to end and another to
// begin: if that was inside of a text or of another value, the part before it is
// no list of rows and can't be read. It returns nil for a text that is not long
// enough or no list.
func cut(text []byte) []*part {
	body, opened := bytes.CutPrefix(bytes.TrimLeft(text, space), []byte("["))
	body, closed := bytes.CutSuffix(bytes.TrimRight(body, space), []byte("]"))
	if len(text) < 2*partBytes || !opened || !closed {
		return nil
	}
	// As many for each processor, so that none waits for the last.
	processors := runtime.GOMAXPROCS(0)
	rounds := (len(body) + processors*partBytes - 1) / (processors * partBytes)
	size := len(body)/(rounds*processors) + 1
	var parts []*part
	for len(body) > size {
		n := nextEnd(body, size)
		parts = append(parts, &part{text: body[:n]})
		if body = bytes.TrimLeft(body[n:], space); len(body) == 0 {
			return parts
		}
		body = body[1:] // the comma
	}
	return append(parts, &part{text: body})
}

// space is what JSON passes over.
const space = " \t\r\n"

// nextEnd returns the place, from a byte on, after which an object follows a
// comma, or the end.
func nextEnd(body []byte, from int) int {
	for at := from; ; {
		n := bytes.IndexByte(body[at:], '}')
		if n < 0 {
			return len(body)
		}
		at += n + 1
		rest, comma := bytes.CutPrefix(bytes.TrimLeft(body[at:], space), []byte(","))
		if comma && bytes.HasPrefix(bytes.TrimLeft(rest, space), []byte("{")) {
			return at
		}
	}
}

// predictParts appends the answer for a long list of rows, and tells whether it
// did: not for a list that is short or has anything wrong in it.
func (s *Server) predictParts(out *[]byte, n *notes, champion *Champion, text []byte) bool {
	parts := cut(text)
	defer giveBackAll(parts)
	if len(parts) == 0 || !each(parts, func(p *part) bool { return p.read(champion, s.settings.Limits.Rows) }) {
		return false
	}
	rows := 0
	for _, p := range parts {
		p.first = rows
		rows += p.frame.Rows
	}
	if rows > s.settings.Limits.Rows || !each(parts, func(p *part) bool { return p.predict(champion, s.settings.Strict) }) {
		return false
	}
	n.model, n.rows = champion.Model.Version(), rows
	w := Writer{Champion: champion, Buf: *out}
	w.join(parts)
	*out = w.Buf
	for _, p := range parts {
		champion.metrics.answered(p.frame, &p.answer, rows)
		s.recorder.add(n.id, champion, p.frame, &p.answer, p.numbers())
	}
	return true
}

// read reads the rows into a frame, at most so many.
func (p *part) read(champion *Champion, most int) bool {
	p.frame = champion.Inputs.Take()
	d := decoders.Get().(*wire.Decoder)
	defer decoders.Put(d)
	d.Reset(p.text, p.frame, most)
	return d.RowsOnly() == nil && !d.Any()
}

// predict answers all rows, and tells whether it could.
func (p *part) predict(champion *Champion, strict bool) bool {
	p.answer = champion.predict(p.frame, strict, 0)
	if p.answer.refused > 0 {
		return false
	}
	w := Writer{Champion: champion, Frame: p.frame, Answers: p.answer, Buf: make([]byte, 0, partBytes)}
	w.locate = func(row, column int) string { return wire.Item("", p.first+row).Of(p.frame.Name(column)...) }
	w.rows()
	p.out = w.Buf
	return true
}

// numbers are those of the rows in the list.
func (p *part) numbers() []int {
	n := make([]int, p.frame.Rows)
	for i := range n {
		n[i] = p.first + i
	}
	return n
}

func giveBackAll(parts []*part) {
	for _, p := range parts {
		if p.frame != nil {
			p.frame.GiveBack()
		}
	}
}

// each calls do for every part, by all processors at a time, and tells whether
// it was true of all. One that panics counts as false: who then does the same
// in the request's own goroutine meets the panic where it is caught.
func each(parts []*part, do func(*part) bool) bool {
	var failed atomic.Bool
	parallel.For(len(parts), func(i int) {
		defer func() {
			if recover() != nil {
				failed.Store(true)
			}
		}()
		if !failed.Load() && !do(parts[i]) {
			failed.Store(true)
		}
	})
	return !failed.Load()
}
