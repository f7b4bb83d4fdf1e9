package table

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// blockSize is how much of a file is parsed at once. It decides where chunks
// end, so it must not depend on the machine.
const blockSize = 1 << 20

// maxBlock bounds one record. What is longer has a quote that does not end.
const maxBlock = 64 << 20

// csvSource cuts a file into blocks of whole records, which goroutines parse
// while the caller works on the chunks before. Chunks come in file order.
//
// Note: one encoding/csv reader over the whole file costs 1.0 s for a million
// rows of ten columns, on one core, before a number is parsed. A record ends at
// a line feed that an even number of quotes precedes, so that the file can be
// cut without parsing it; all the rest is done in parallel.
type csvSource struct {
	header []string
	order  chan *block   // to the consumer, in file order
	stop   chan struct{} // closed by close
	once   sync.Once
	err    error
	row    int // data rows given so far
	levels []levels
}

// block is some whole records and what they were parsed into.
type block struct {
	text  string
	line  int // of the first record
	table *Table
	err   error
	done  chan struct{}
}

// levels are those of one Category column in all chunks so far. Later chunks
// add to them, so that equal codes mean equal strings throughout a file, if not
// OwnLevels.
type levels struct {
	column int
	names  []string
	index  map[string]int32
}

func newCSVSource(path string, f io.Reader, o Options) (*csvSource, error) {
	d, err := newDialect(path, o)
	if err != nil {
		return nil, err
	}
	cut := &cutter{path: path, file: f, line: 1, size: cmp.Or(o.blockSize, blockSize)}
	header, first, err := readHeader(cut, d)
	if err != nil {
		return nil, err
	}
	if err := d.bind(header); err != nil {
		return nil, err
	}
	s := &csvSource{header: header, order: make(chan *block, 2*runtime.GOMAXPROCS(0)), stop: make(chan struct{})}
	for i, f := range o.Fields {
		if f.Kind == Category && !o.OwnLevels {
			s.levels = append(s.levels, levels{column: i, index: map[string]int32{}})
		}
	}
	go s.read(cut, first, d)
	return s, nil
}

// read cuts the file and starts a goroutine for each block. The capacity of
// order bounds how many there are.
func (s *csvSource) read(cut *cutter, b *block, d *dialect) {
	defer close(s.order)
	for {
		last := b.err != nil // b is the goroutine's from here on
		if last {
			close(b.done)
		} else {
			go b.parse(d)
		}
		select {
		case s.order <- b:
		case <-s.stop:
			return
		}
		if last {
			return
		}
		b = cut.next()
	}
}

func (b *block) parse(d *dialect) {
	defer close(b.done)
	b.table, b.err = d.parse(b.text, b.line)
	b.text = ""
}

func (s *csvSource) next() (*Table, error) {
	if s.err != nil {
		return nil, s.err
	}
	b, ok := <-s.order
	if !ok {
		return nil, io.EOF
	}
	<-b.done
	if b.err != nil {
		s.err = b.err
		return nil, s.err
	}
	for i := range s.levels {
		s.levels[i].unify(b.table)
	}
	b.table.from.first = s.row + 1
	s.row += b.table.rows
	return b.table, nil
}

func (s *csvSource) close() { s.once.Do(func() { close(s.stop) }) }

// unify gives the column of one chunk the levels of the file.
func (l *levels) unify(t *Table) {
	c := t.cols[l.column]
	to := make([]int32, len(c.Levels))
	same := true
	for i, name := range c.Levels {
		code, ok := l.index[name]
		if !ok {
			code = int32(len(l.names))
			l.names = append(l.names, name)
			l.index[name] = code
		}
		to[i] = code
		same = same && code == int32(i)
	}
	c.Levels = slices.Clip(l.names)
	if same {
		return
	}
	for i, code := range c.Codes {
		if code >= 0 {
			c.Codes[i] = to[code]
		}
	}
}

// cutter cuts a file into blocks of whole records.
type cutter struct {
	path string
	file io.Reader
	buf  []byte // read but not yet given
	line int    // of the first byte of buf
	size int    // of a block
	end  bool
}

// next returns the next block, whose err is io.EOF after the last.
func (c *cutter) next() *block {
	b := &block{line: c.line, done: make(chan struct{})}
	for size := c.size; ; size *= 2 {
		if b.err = c.fill(size); b.err != nil {
			return b
		}
		n := len(c.buf)
		if !c.end && n < maxBlock {
			n = wholeRecords(c.buf)
		}
		if n > 0 {
			b.text = string(c.buf[:n])
			c.buf = c.buf[:copy(c.buf, c.buf[n:])]
			c.line += strings.Count(b.text, "\n")
			b.err = c.checkText(b)
			return b
		}
		if c.end {
			b.err = io.EOF
			return b
		}
	}
}

// fill reads until buf holds size bytes or the file ends. (io.ReadFull would
// not do: its error at the end of a file is the one of a cut gzip file.)
func (c *cutter) fill(size int) error {
	n := len(c.buf)
	c.buf = slices.Grow(c.buf, max(0, size-n))
	for !c.end && n < size {
		m, err := c.file.Read(c.buf[n:size])
		n += m
		c.buf = c.buf[:n]
		if c.end = err == io.EOF; err != nil && !c.end {
			return fmt.Errorf("reading %s: %w", c.path, err)
		}
	}
	return nil
}

// checkText refuses what is not UTF-8.
func (c *cutter) checkText(b *block) error {
	if utf8.ValidString(b.text) {
		return nil
	}
	line := b.line
	for s := range strings.Lines(b.text) {
		if !utf8.ValidString(s) {
			break
		}
		line++
	}
	return fmt.Errorf("%s:%d: %w", c.path, line, ErrEncoding)
}

// wholeRecords returns the length of the longest part of b, from its start,
// that ends at a line feed outside quotes.
func wholeRecords(b []byte) int {
	quotes := bytes.Count(b, []byte{'"'})
	for i := len(b) - 1; i >= 0; i-- {
		switch {
		case b[i] == '"':
			quotes--
		case b[i] == '\n' && quotes%2 == 0:
			return i + 1
		case quotes == 0:
			return bytes.LastIndexByte(b[:i+1], '\n') + 1
		}
	}
	return 0
}

// readHeader returns the names of the columns, and the block after them.
func readHeader(cut *cutter, d *dialect) ([]string, *block, error) {
	b := cut.next()
	b.text = strings.TrimPrefix(b.text, "\ufeff")
	for b.err == nil && b.skipBlank() {
		b = cut.next()
	}
	if errors.Is(b.err, io.EOF) {
		return nil, nil, fmt.Errorf("%s: the file is empty; its first line must name the columns", d.path)
	}
	if b.err != nil {
		return nil, nil, b.err
	}
	names, rest, lines, err := splitRecord(nil, b.text, d.comma)
	if d.Headless {
		clear(names) // the empty ones are numbered
		rest, lines = b.text, 0
	}
	if err == nil {
		err = d.checkHeader(names)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s:%d: %w", d.path, b.line, err)
	}
	b.text, b.line = rest, b.line+lines
	return names, b, nil
}

// skipBlank takes blank lines from the start, and tells whether that was all.
func (b *block) skipBlank() bool {
	for {
		rest, ok := strings.CutPrefix(strings.TrimPrefix(b.text, "\r"), "\n")
		if !ok {
			return b.text == ""
		}
		b.text = rest
		b.line++
	}
}
