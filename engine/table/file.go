package table

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// Field says how a column is read and written.
type Field struct {
	Name string
	Kind Kind
	// Layout is that of package time for a Time column in text. Empty means
	// ISO 8601: 2006-01-02, 2006-01-02 15:04:05, 2006-01-02T15:04:05Z.
	Layout string
	// Nulls are texts that mean null in this column, beside those of the
	// Options.
	Nulls []string
	// Strip are characters that are taken out of a number that is none as it
	// stands: a currency, a percent sign, separators of thousands.
	Strip string
	// Suffix is taken off the end of a number that is none as it stands, with
	// the spaces before it: km of "12 km".
	Suffix string
}

// Options say how a file is read. The zero value reads what this package
// writes, with inferred kinds.
type Options struct {
	// Fields are the columns to read, in the order of the result. Others in
	// the file are passed over. If empty, all columns are read and their kinds
	// inferred (see [Infer]).
	Fields []Field
	// Nulls are the texts that mean null, beside the empty one: "NA", "-999".
	Nulls []string
	// Comma separates values. 0 means a tab in a .tsv file, else ','.
	Comma rune
	// Decimal is the mark in numbers. 0 means '.'.
	Decimal rune
	// Encoding is that of a text file: UTF8, Windows1252 or UTF16. Empty is
	// UTF8.
	Encoding string
	// Headless says that the first record is a row. The columns are then
	// column_1, column_2 and so on.
	Headless bool
	// Trim takes white space from both ends of values and names.
	Trim bool
	// KeepBad makes a value null that does not parse, and reports it in
	// [Table.Bad], where it would be an error otherwise.
	KeepBad bool
	// OwnLevels gives each chunk levels of its own, so that the memory does not
	// grow with how many different categories there are. Codes of different
	// chunks can't be compared then.
	OwnLevels bool

	blockSize int // bytes of text parsed at once; tests make it small
}

// Reader gives a file in chunks, from the first row to the last. The memory it
// takes does not grow with the file.
type Reader struct {
	path   string
	header []string
	kinds  []Kind // as the file declares them; nil for text
	fields []Field
	source chunks
	file   io.Closer
}

// chunks are tables of any size, io.EOF after the last.
type chunks interface {
	next() (*Table, error)
	close()
}

// Open opens a file by its extension: .csv, .tsv, .txt, each also with .gz,
// and .parquet, which a program reads that imports package parquet. It reads the
// names of the columns and fails where one of o.Fields is not there.
func Open(path string, o Options) (*Reader, error) {
	if len(o.Fields) == 0 {
		fields, err := Infer(path, o)
		if err != nil {
			return nil, err
		}
		o.Fields = fields
	}
	return open(path, o)
}

// open is Open without inference: no fields are no columns.
func open(path string, o Options) (*Reader, error) {
	format, zipped, err := formatOf(path)
	if err != nil {
		return nil, err
	}
	if err := distinct(o.Fields); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &Reader{path: path, file: f, fields: o.Fields}
	if format == "csv" {
		err = r.openText(f, zipped, o)
	} else {
		err = r.openFormat(f, format, o)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

func (r *Reader) openText(f io.Reader, zipped bool, o Options) (err error) {
	if zipped {
		if f, err = gzip.NewReader(f); err != nil {
			return fmt.Errorf("%s: %w", r.path, err)
		}
	}
	if f, err = decoded(f, o.Encoding); err != nil {
		return fmt.Errorf("%s: %w", r.path, err)
	}
	src, err := newCSVSource(r.path, f, o)
	if err != nil {
		return err
	}
	r.source, r.header = src, src.header
	return nil
}

// Header returns the names of all columns of the file, in its order.
func (r *Reader) Header() []string { return r.header }

// Fields returns the columns that are read, in the order of the chunks.
func (r *Reader) Fields() []Field { return r.fields }

// Next returns the next rows, at least one, or io.EOF after the last. The
// chunks are the same each time that a file is read.
func (r *Reader) Next() (*Table, error) {
	for {
		if t, err := r.source.next(); err != nil || t.Len() > 0 {
			return t, err
		}
	}
}

// Chunks yields what Next returns, up to the end or the first error, with which
// there is no table.
func (r *Reader) Chunks() iter.Seq2[*Table, error] {
	return func(yield func(*Table, error) bool) {
		for {
			t, err := r.Next()
			if errors.Is(err, io.EOF) || !yield(t, err) || err != nil {
				return
			}
		}
	}
}

// Close ends reading and closes the file. It may be called before the end.
func (r *Reader) Close() error {
	r.source.close()
	return r.file.Close()
}

// ReadFile reads a whole file.
func ReadFile(path string, o Options) (*Table, error) {
	r, err := Open(path, o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	chunks := []*Table{Empty(r.fields)}
	for t, err := range r.Chunks() {
		if err != nil {
			return nil, err
		}
		chunks = append(chunks, t)
	}
	return Concat(chunks...), nil
}

// Header returns the names of the columns of a file.
func Header(path string, o Options) ([]string, error) {
	o.Fields = nil
	r, err := open(path, o)
	if err != nil {
		return nil, err
	}
	return r.Header(), r.Close()
}

func distinct(fields []Field) error {
	if name, ok := repeated(Empty(fields).cols); ok {
		return fmt.Errorf("two columns are named %q", name)
	}
	return nil
}

// Fields returns how the columns of t are written and read back.
func (t *Table) Fields() []Field {
	fields := make([]Field, len(t.cols))
	for i, c := range t.cols {
		fields[i] = Field{Name: c.Name, Kind: c.Kind}
	}
	return fields
}

// Empty returns a table of no rows.
func Empty(fields []Field) *Table {
	t := &Table{}
	for _, f := range fields {
		t.cols = append(t.cols, &Column{Name: f.Name, Kind: f.Kind})
	}
	return t
}

// Writer writes tables one after the other.
type Writer interface {
	// Write adds the rows of t, whose columns must be those of the fields, in
	// their order. It is done with t when it returns.
	Write(t *Table) error
	// Close writes what is left. It does not close the file below.
	Close() error
}

// NewWriter returns a Writer of the format "csv" or "parquet". The same rows
// give the same bytes, however they are cut into tables.
func NewWriter(w io.Writer, format string, fields []Field) (Writer, error) {
	if err := distinct(fields); err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return nil, errors.New("a file needs a column")
	}
	switch format {
	case "csv":
		return newCSVWriter(w, fields), nil
	case "parquet":
		f, err := registered(format)
		if err != nil {
			return nil, err
		}
		return f.NewWriter(w, fields)
	default:
		return nil, fmt.Errorf("format %q is not csv or parquet", format)
	}
}

func formatOf(path string) (format string, zipped bool, err error) {
	name := strings.ToLower(filepath.Base(path))
	name, zipped = strings.CutSuffix(name, ".gz")
	switch ext := filepath.Ext(name); {
	case ext == ".csv" || ext == ".tsv" || ext == ".txt":
		return "csv", zipped, nil
	case ext == ".parquet" && !zipped:
		return "parquet", false, nil
	default:
		return "", false, fmt.Errorf("%s: the extension is not .csv, .tsv, .txt (each also .gz) or .parquet", path)
	}
}
