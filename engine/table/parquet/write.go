package parquet

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"example.com/engine/table"
)

// cellsPerGroup is the size of a row group: 8 MiB of numbers, so that a writer
// of many columns holds no more than one of few.
const cellsPerGroup = 1 << 20

// writer gathers rows into row groups of one size, so that the bytes do not
// depend on how the rows come in.
type writer struct {
	w      *parquet.GenericWriter[any]
	fields []table.Field
	group  int // rows
	rows   *table.Table
	values []parquet.Value
}

func newWriter(w io.Writer, fields []table.Field) (table.Writer, error) {
	schema := parquet.NewSchema("table", newColumnNodes(fields))
	return &writer{
		w: parquet.NewGenericWriter[any](w, schema,
			parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}),
			parquet.CreatedBy("example.com/housing", "1", "table")),
		fields: fields,
		group:  max(1024, cellsPerGroup/len(fields)),
		rows:   table.Empty(fields),
	}, nil
}

// Write appends even no rows, so that a table of other columns is refused.
func (w *writer) Write(t *table.Table) error {
	for {
		n := min(t.Len(), w.group-w.rows.Len())
		if err := w.rows.Append(t.Slice(0, n)); err != nil {
			return err
		}
		if w.rows.Len() == w.group {
			if err := w.flush(); err != nil {
				return err
			}
		}
		if t = t.Slice(n, t.Len()); t.Len() == 0 {
			return nil
		}
	}
}

// flush writes the gathered rows as a row group.
func (w *writer) flush() error {
	for i, to := range w.w.ColumnWriters() {
		w.values = appendValues(w.values[:0], w.rows.Columns()[i], i)
		if _, err := to.WriteRowValues(w.values); err != nil {
			return fmt.Errorf("column %q: %w", w.fields[i].Name, err)
		}
	}
	w.rows = table.Empty(w.fields)
	return w.w.Flush()
}

// Close writes the last row group.
func (w *writer) Close() error {
	if w.rows.Len() > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	return w.w.Close()
}

// appendValues appends the values of c, of which index is the place in the
// file. Every column is optional: definition level 1 is a value, 0 a null.
func appendValues(out []parquet.Value, c *table.Column, index int) []parquet.Value {
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
		case table.Float:
			v = parquet.DoubleValue(c.Floats[i])
		case table.Category:
			v = parquet.ByteArrayValue(texts[c.Codes[i]])
		case table.Time:
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

func newColumnNodes(fields []table.Field) *columnNodes {
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

func node(k table.Kind) parquet.Node {
	switch k {
	case table.Float:
		return parquet.Leaf(parquet.DoubleType)
	case table.Category:
		return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	case table.Time:
		return parquet.Timestamp(parquet.Nanosecond)
	default:
		return parquet.String()
	}
}
