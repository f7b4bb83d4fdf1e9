package table

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// cellsPerGroup is the size of a row group: 8 MiB of numbers, so that a writer
// of many columns holds no more than one of few.
const cellsPerGroup = 1 << 20

// parquetWriter gathers rows into row groups of one size, so that the bytes do
// not depend on how the rows come in.
type parquetWriter struct {
	w      *parquet.GenericWriter[any]
	fields []Field
	group  int // rows
	rows   *Table
	values []parquet.Value
}

func newParquetWriter(w io.Writer, fields []Field) (Writer, error) {
	if len(fields) == 0 {
		return nil, errNoColumn
	}
	schema := parquet.NewSchema("table", newColumnNodes(fields))
	return &parquetWriter{
		w: parquet.NewGenericWriter[any](w, schema,
			parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}),
			parquet.CreatedBy("example.com/housing", "1", "table")),
		fields: fields,
		group:  max(1024, cellsPerGroup/len(fields)),
		rows:   Empty(fields),
	}, nil
}

func (p *parquetWriter) Write(t *Table) error {
	if err := fits(p.fields, t); err != nil {
		return err
	}
	for from := 0; from < t.rows; {
		n := min(t.rows-from, p.group-p.rows.rows)
		if err := p.rows.Append(t.Slice(from, from+n)); err != nil {
			return err
		}
		from += n
		if p.rows.rows == p.group {
			if err := p.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes the gathered rows as a row group.
func (p *parquetWriter) flush() error {
	for i, w := range p.w.ColumnWriters() {
		p.values = p.rows.cols[i].appendValues(p.values[:0], i)
		if _, err := w.WriteRowValues(p.values); err != nil {
			return fmt.Errorf("column %q: %w", p.fields[i].Name, err)
		}
	}
	p.rows = Empty(p.fields)
	return p.w.Flush()
}

func (p *parquetWriter) Close() error {
	if p.rows.rows > 0 {
		if err := p.flush(); err != nil {
			return err
		}
	}
	return p.w.Close()
}

// appendValues appends the values of c, of which index is the place in the
// file. Every column is optional: definition level 1 is a value, 0 a null.
func (c *Column) appendValues(out []parquet.Value, index int) []parquet.Value {
	texts := make([][]byte, len(c.Levels))
	for i, s := range c.Levels {
		texts[i] = []byte(s)
	}
	for i := range c.Len() {
		if c.IsNull(i) {
			out = append(out, parquet.NullValue().Level(0, 0, index))
			continue
		}
		var v parquet.Value
		switch c.Kind {
		case Float:
			v = parquet.DoubleValue(c.Floats[i])
		case Category:
			v = parquet.ByteArrayValue(texts[c.Codes[i]])
		case Time:
			v = parquet.Int64Value(c.Times[i])
		default:
			v = parquet.ByteArrayValue([]byte(c.Texts[i]))
		}
		out = append(out, v.Level(0, 1, index))
	}
	return out
}

// columnNodes is a parquet.Group that keeps the order of its fields, which
// Group itself sorts by name.
type columnNodes struct {
	parquet.Group
	fields []parquet.Field
}

func newColumnNodes(fields []Field) *columnNodes {
	nodes := &columnNodes{Group: parquet.Group{}}
	for _, f := range fields {
		nodes.Group[f.Name] = parquet.Optional(node(f.Kind))
	}
	byName := map[string]parquet.Field{}
	for _, f := range nodes.Group.Fields() {
		byName[f.Name()] = f
	}
	for _, f := range fields {
		nodes.fields = append(nodes.fields, byName[f.Name])
	}
	return nodes
}

// Fields returns the columns in the order of the file.
func (n *columnNodes) Fields() []parquet.Field { return n.fields }

func node(k Kind) parquet.Node {
	switch k {
	case Float:
		return parquet.Leaf(parquet.DoubleType)
	case Category:
		return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	case Time:
		return parquet.Timestamp(parquet.Nanosecond)
	default:
		return parquet.String()
	}
}
