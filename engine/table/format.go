package table

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// Format reads and writes files that are no text. Its package registers it, so
// that only a program that imports that package carries what it takes.
type Format struct {
	// Open begins to read f, which stays the caller's to close. It calls bind
	// once, with all columns of the file, of the kinds that the file declares:
	// Text for any string. The Source fills the builders that bind returns, one
	// for each column to read. Errors do not name the file.
	Open func(f *os.File, bind func(columns []Field) ([]*Builder, error)) (Source, error)
	// NewWriter begins to write: the same rows give the same bytes, however
	// they are cut into tables. There is a field, and no name comes twice.
	NewWriter func(w io.Writer, fields []Field) (Writer, error)
}

// Source reads an open file of a Format from its first row to its last.
type Source interface {
	// Next appends some rows to every builder, as many as it likes, and returns
	// how many; io.EOF after the last.
	Next() (rows int, err error)
	// Close ends reading, also before the end.
	Close()
}

// formats are the registered ones by name.
var formats = map[string]Format{}

// RegisterFormat makes a format known by the extension that files have, as
// "parquet". It is called in the init of the format's package, and panics where
// the name is taken.
func RegisterFormat(name string, f Format) {
	if _, taken := formats[name]; taken {
		panic("table: format " + name + " is registered twice")
	}
	formats[name] = f
}

var errNoParquet = errors.New("this program was built without Parquet: make builds it in where data.yaml mentions parquet, " +
	"where SOURCE, DATA, CURRENT or FILE names a .parquet file, or with PARQUET=yes")

// registered returns the format of that name, which is one that formatOf knows.
func registered(name string) (Format, error) {
	f, ok := formats[name]
	if !ok {
		return f, errNoParquet
	}
	return f, nil
}

func (r *Reader) openFormat(f *os.File, name string, o Options) error {
	format, err := registered(name)
	if err != nil {
		return fmt.Errorf("%s: %w", r.path, err)
	}
	d, err := newDialect(r.path, o)
	if err != nil {
		return err
	}
	s := &builtSource{path: r.path}
	s.source, err = format.Open(f, func(columns []Field) (_ []*Builder, err error) {
		s.builders, err = r.bind(columns, d)
		return s.builders, err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", r.path, err)
	}
	r.source = s
	return nil
}

// bind notes the columns of a file and returns a builder for each field.
func (r *Reader) bind(columns []Field, d *dialect) ([]*Builder, error) {
	if err := distinct(columns); err != nil {
		return nil, err
	}
	for _, c := range columns {
		r.header, r.kinds = append(r.header, c.Name), append(r.kinds, c.Kind)
	}
	var builders []*Builder
	for _, f := range d.Fields {
		i := slices.Index(r.header, f.Name)
		if i < 0 {
			return nil, missing(f.Name, r.header)
		}
		builders = append(builders, &Builder{Index: i, cells: newCells(f, 0), dialect: d})
	}
	return builders, nil
}

// builtSource makes chunks of what a Source fills the builders with.
type builtSource struct {
	path     string
	source   Source
	builders []*Builder
	row      int // data rows given so far
}

func (s *builtSource) next() (*Table, error) {
	n, err := s.source.Next()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.path, err)
	}
	t := &Table{rows: n, from: &origin{path: s.path, first: s.row + 1}}
	for _, b := range s.builders {
		c, bad := b.take()
		t.cols = append(t.cols, c)
		if len(bad.Rows) > 0 {
			t.from.bad = append(t.from.bad, bad)
		}
	}
	s.row += n
	return t, nil
}

func (s *builtSource) close() { s.source.Close() }
