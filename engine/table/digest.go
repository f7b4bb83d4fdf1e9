package table

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"example.com/engine/parallel"
)

// Digests returns for each of the n rows a number that stands for its cells in
// these columns: the first 8 bytes, big endian, of their SHA-256. It is the same
// in every run and on every machine, in whatever order columns and rows are, and
// whether they were read from CSV or Parquet. Rows are told apart that
// [FirstEqual] tells apart: of 100 million different rows, two have one digest
// with a probability of 0.0003.
//
// What is hashed is each cell that is not null, in the order of the columns'
// names: the name and the text, as a CSV file has it and times in ISO 8601, each
// after its length in bytes as a varint. So a column that is null in old rows
// leaves them as they were without it.
func Digests(n int, cols ...*Column) []uint64 {
	cols = slices.SortedFunc(slices.Values(cols), func(a, b *Column) int { return strings.Compare(a.Name, b.Name) })
	out := make([]uint64, n)
	parallel.Blocks(n, 1<<12, func(from, to int) {
		var row, cell []byte
		for i := from; i < to; i++ {
			row = row[:0]
			for _, c := range cols {
				if !c.IsNull(i) {
					cell = c.appendText(cell[:0], i)
					row = binary.AppendUvarint(appendTextKey(row, c.Name), uint64(len(cell)))
					row = append(row, cell...)
				}
			}
			sum := sha256.Sum256(row)
			out[i] = binary.BigEndian.Uint64(sum[:])
		}
	})
	return out
}

// appendText appends a value that is not null as a CSV file would hold it.
func (c *Column) appendText(b []byte, i int) []byte {
	switch c.Kind {
	case Float:
		return AppendFloat(b, c.Floats[i]+0) // -0 + 0 is 0
	case Time:
		return appendTime(b, c.Times[i], "")
	}
	return append(b, c.String(i)...)
}
