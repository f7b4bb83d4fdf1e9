package table

import (
	"encoding/binary"
	"hash/maphash"
	"iter"
	"math"
	"time"
)

// RowKey stands for the values of a row. Two different rows have the same one
// once in 2^128 pairs.
type RowKey [2]uint64

// RowHash makes the keys of rows, which can be compared with those of the same
// RowHash alone.
type RowHash struct {
	seeds [2]maphash.Seed
	buf   []byte
}

// NewRowHash returns a RowHash unlike any other.
func NewRowHash() *RowHash {
	return &RowHash{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

// Key returns the key of row i of the columns. Rows are equal if their values
// are: two nulls are equal, and so are 0 and -0.
func (h *RowHash) Key(cols []*Column, i int) RowKey {
	h.buf = h.buf[:0]
	for _, c := range cols {
		h.buf = c.appendKey(h.buf, i)
	}
	return RowKey{maphash.Bytes(h.seeds[0], h.buf), maphash.Bytes(h.seeds[1], h.buf)}
}

// RowSet remembers rows by their keys: about 30 bytes a row, whatever the row
// holds.
type RowSet struct {
	hash *RowHash
	seen map[RowKey]struct{}
}

// NewRowSet returns an empty set.
func NewRowSet() *RowSet { return &RowSet{hash: NewRowHash(), seen: map[RowKey]struct{}{}} }

// Add adds row i of the columns and tells whether it is new.
func (s *RowSet) Add(cols []*Column, i int) bool {
	key, n := s.hash.Key(cols, i), len(s.seen)
	s.seen[key] = struct{}{}
	return len(s.seen) > n
}

// appendKey appends the same bytes for equal values of a kind, and others for
// different ones, such that no two rows run together.
func (c *Column) appendKey(b []byte, i int) []byte {
	switch c.Kind {
	case Float:
		v := c.Floats[i]
		if math.IsNaN(v) {
			v = nan
		}
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(v+0))
	case Time:
		return binary.LittleEndian.AppendUint64(b, uint64(c.Times[i]))
	case Category:
		text := ""
		if code := c.Codes[i]; code >= 0 {
			text = c.Levels[code]
		}
		return appendTextKey(b, text)
	default:
		return appendTextKey(b, c.Texts[i])
	}
}

func appendTextKey(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// Row is one row of a table.
type Row struct {
	t *Table
	i int
}

// Row returns row i.
func (t *Table) Row(i int) Row { return Row{t, i} }

// Rows yields the index and the row, from the first to the last.
func (t *Table) Rows() iter.Seq2[int, Row] {
	return func(yield func(int, Row) bool) {
		for i := range t.rows {
			if !yield(i, Row{t, i}) {
				return
			}
		}
	}
}

// Float returns a number, NaN where it is null. It panics where the table has
// no such column, or one of another kind.
func (r Row) Float(name string) float64 {
	return r.column(name, Float).Floats[r.i]
}

// Time returns an instant, the zero time where it is null. It panics as Float
// does.
func (r Row) Time(name string) time.Time {
	v := r.column(name, Time).Times[r.i]
	if v == NullTime {
		return time.Time{}
	}
	return time.Unix(0, v).UTC()
}

// String returns the value as a CSV file would hold it, the empty string where
// it is null. It panics where the table has no such column.
func (r Row) String(name string) string {
	return r.column(name, anyKind).String(r.i)
}

// IsNull tells whether the value is null. It panics where the table has no
// such column.
func (r Row) IsNull(name string) bool {
	return r.column(name, anyKind).IsNull(r.i)
}

const anyKind Kind = 255

func (r Row) column(name string, kind Kind) *Column {
	c := r.t.Column(name)
	if c == nil {
		panic("table: no column " + name)
	}
	if kind != anyKind && c.Kind != kind {
		panic("table: column " + name + " is a " + c.Kind.String() + ", not a " + kind.String())
	}
	return c
}

// String returns the value of row i as a CSV file would hold it: numbers in
// their shortest exact form, times in ISO 8601, null as the empty string.
func (c *Column) String(i int) string {
	switch {
	case c.IsNull(i):
		return ""
	case c.Kind == Float:
		return string(AppendFloat(nil, c.Floats[i]))
	case c.Kind == Category:
		return c.Levels[c.Codes[i]]
	case c.Kind == Time:
		return string(appendTime(nil, c.Times[i], ""))
	default:
		return c.Texts[i]
	}
}
