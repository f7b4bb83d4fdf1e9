package parquet

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"

	"example.com/engine/table"
)

// cellsPerChunk is the size of the chunks that a file is read in.
const cellsPerChunk = 1 << 18

// source reads the columns of a file side by side.
type source struct {
	columns []*leaf
	groups  []parquet.RowGroup // not yet begun
	left    int                // rows of the present group
	most    int                // rows of a chunk
}

// leaf reads one column through all pages of a row group.
type leaf struct {
	*table.Builder
	name   string
	index  int // among the leaves of the file
	to     convert
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
	buf    [512]parquet.Value
}

func open(f *os.File, bind func([]table.Field) ([]*table.Builder, error)) (_ table.Source, err error) {
	defer recoverCorrupt(&err)
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	file, err := parquet.OpenFile(f, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("not a parquet file, or cut off: %w", err)
	}
	columns := file.Root().Columns()
	builders, err := bind(declared(columns))
	if err != nil {
		return nil, err
	}
	s := &source{groups: file.RowGroups(), most: max(256, cellsPerChunk/max(1, len(builders)))}
	for _, b := range builders {
		c := columns[b.Index]
		to, err := converter(c)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", c.Name(), err)
		}
		s.columns = append(s.columns, &leaf{Builder: b, name: c.Name(), index: c.Index(), to: to})
	}
	return s, nil
}

// declared returns the columns as a file declares them.
func declared(columns []*parquet.Column) []table.Field {
	var fields []table.Field
	for _, c := range columns {
		fields = append(fields, table.Field{Name: c.Name(), Kind: declaredKind(c)})
	}
	return fields
}

// recoverCorrupt makes an error of a panic: parquet-go checks lengths and
// offsets in some pages by nothing else.
func recoverCorrupt(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the parquet file is corrupt: %v", r)
	}
}

// Next reads no further than the end of a row group.
func (s *source) Next() (rows int, err error) {
	defer recoverCorrupt(&err)
	for s.left == 0 {
		if len(s.groups) == 0 {
			return 0, io.EOF
		}
		group := s.groups[0]
		s.groups = s.groups[1:]
		s.left = int(group.NumRows())
		for _, c := range s.columns {
			c.open(group.ColumnChunks()[c.index])
		}
	}
	n := min(s.left, s.most)
	for _, c := range s.columns {
		if err := c.read(n); err != nil {
			return 0, fmt.Errorf("column %q: %w", c.name, err)
		}
	}
	s.left -= n
	return n, nil
}

// Close releases the pages.
func (s *source) Close() {
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
func (l *leaf) read(n int) error {
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
		for _, v := range l.buf[:m] {
			if err := l.add(v); err != nil {
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

func (l *leaf) add(v parquet.Value) error {
	if v.IsNull() {
		l.Null()
		return nil
	}
	if err := l.to(l.Builder, v); err != nil {
		return l.Reject(v.String(), err)
	}
	return nil
}
