package table

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// cellsPerChunk is the size of the chunks that a parquet file is read in.
const cellsPerChunk = 1 << 18

// parquetSource reads the columns of a file side by side.
type parquetSource struct {
	path    string
	columns []*leaf
	groups  []parquet.RowGroup // not yet begun
	left    int                // rows of the present group
	most    int                // rows of a chunk
	row     int                // data rows given so far
	keepBad bool
}

// leaf reads one column through all pages of a row group.
type leaf struct {
	cells
	common map[string]bool // texts that mean null in every column
	trim   bool
	mark   byte
	own    bool // levels of each chunk
	index  int  // in the file
	to     convert
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
	buf    [512]parquet.Value
}

func (r *Reader) openParquet(f *os.File, o Options) (err error) {
	defer recoverCorrupt(r.path, &err)
	d, err := newDialect(r.path, o)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	file, err := parquet.OpenFile(f, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return fmt.Errorf("%s: not a parquet file, or cut off: %w", r.path, err)
	}
	if err := r.declare(file.Root().Columns()); err != nil {
		return err
	}
	s := &parquetSource{path: r.path, groups: file.RowGroups(), keepBad: o.KeepBad}
	s.most = max(256, cellsPerChunk/max(1, len(o.Fields)))
	for _, field := range o.Fields {
		i := slices.Index(r.header, field.Name)
		if i < 0 {
			return fmt.Errorf("%s: %w", r.path, missing(field.Name, r.header))
		}
		column := file.Root().Columns()[i]
		to, err := converter(column)
		if err != nil {
			return fmt.Errorf("%s: column %q: %w", r.path, field.Name, err)
		}
		l := &leaf{common: d.nulls, trim: o.Trim, mark: d.mark, own: o.OwnLevels, index: column.Index(), to: to}
		l.cells = newCells(field, 0)
		s.columns = append(s.columns, l)
	}
	r.source = s
	return nil
}

// declare notes the columns of a file.
func (r *Reader) declare(columns []*parquet.Column) error {
	for _, c := range columns {
		if slices.Contains(r.header, c.Name()) {
			return fmt.Errorf("%s: two columns are named %q", r.path, c.Name())
		}
		r.header = append(r.header, c.Name())
		r.kinds = append(r.kinds, declaredKind(c))
	}
	return nil
}

// recoverCorrupt makes an error of a panic: parquet-go checks lengths and
// offsets in some pages by nothing else.
func recoverCorrupt(path string, err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%s: the parquet file is corrupt: %v", path, r)
	}
}

func (s *parquetSource) next() (t *Table, err error) {
	defer recoverCorrupt(s.path, &err)
	for s.left == 0 {
		if len(s.groups) == 0 {
			return nil, io.EOF
		}
		group := s.groups[0]
		s.groups = s.groups[1:]
		s.left = int(group.NumRows())
		for _, c := range s.columns {
			c.open(group.ColumnChunks()[c.index])
		}
	}
	n := min(s.left, s.most)
	t = &Table{rows: n, from: &origin{path: s.path, first: s.row + 1}}
	for _, c := range s.columns {
		if err := c.read(n, s); err != nil {
			return nil, fmt.Errorf("%s: column %q: %w", s.path, c.Name, err)
		}
		t.cols = append(t.cols, c.give())
		if len(c.bad.Rows) > 0 {
			t.from.bad = append(t.from.bad, c.bad)
			c.bad = Bad{Column: c.Name}
		}
	}
	s.left -= n
	s.row += n
	return t, nil
}

func (s *parquetSource) close() {
	for _, c := range s.columns {
		c.close()
	}
}

func (l *leaf) open(chunk parquet.ColumnChunk) {
	l.close()
	l.pages = chunk.Pages()
}

func (l *leaf) close() {
	if l.page != nil {
		parquet.Release(l.page)
	}
	if l.pages != nil {
		l.pages.Close()
	}
	l.pages, l.page, l.values = nil, nil, nil
}

// read appends n rows to the column.
func (l *leaf) read(n int, s *parquetSource) error {
	for done := 0; done < n; {
		if l.values == nil {
			page, err := l.pages.ReadPage()
			if errors.Is(err, io.EOF) {
				return io.ErrUnexpectedEOF
			}
			if err != nil {
				return err
			}
			l.page, l.values = page, page.Values()
		}
		m, err := l.values.ReadValues(l.buf[:min(len(l.buf), n-done)])
		for i, v := range l.buf[:m] {
			if err := l.add(v, s, s.row+done+i+1); err != nil {
				return err
			}
		}
		done += m
		if errors.Is(err, io.EOF) {
			parquet.Release(l.page)
			l.page, l.values = nil, nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (l *leaf) add(v parquet.Value, s *parquetSource, row int) error {
	if v.IsNull() {
		l.null()
		return nil
	}
	err := l.to(l, v)
	if err == nil {
		return nil
	}
	text := v.String()
	if !s.keepBad {
		return fmt.Errorf("row %d: %q %w", row, text, err)
	}
	l.keep(row-s.row-1, text, err)
	l.null()
	return nil
}

// give hands the column over and begins a new one, whose levels go on unless
// each chunk has its own.
func (l *leaf) give() *Column {
	l.finish()
	c := *l.Column
	c.Levels = slices.Clip(c.Levels)
	l.Column = &Column{Name: c.Name, Kind: c.Kind, Levels: c.Levels}
	if l.own {
		l.Levels = nil
		clear(l.cells.index)
	}
	l.joined, l.ends = l.joined[:0], l.ends[:0]
	return &c
}

// text parses a string as a CSV file's.
func (l *leaf) text(s string) error {
	if l.trim {
		s = strings.TrimSpace(s)
	}
	if s == "" || l.common[s] || slices.Contains(l.nulls, s) {
		l.null()
		return nil
	}
	return l.parse(s, l.mark)
}
