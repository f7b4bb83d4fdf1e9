package table

import (
	"io"
	"math/rand/v2"
	"testing"
)

// The benchmarks count cells: 20 MB/s are 20 million cells a second.

// benchTable is a hundred thousand rows of ten columns, such as the census
// table has.
func benchTable() *Table {
	const n = 100_000
	rng := rand.New(rand.NewPCG(1, 2))
	var cols []*Column
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
		v := make([]float64, n)
		for i := range v {
			switch name {
			case "a", "b":
				v[i] = float64(rng.IntN(3_000_000)) / 1e4
			case "c":
				v[i] = rng.NormFloat64()
			default:
				v[i] = float64(rng.IntN(1 << len(cols) * 100))
			}
		}
		cols = append(cols, Floats(name, v))
	}
	places := make([]string, n)
	for i := range places {
		places[i] = []string{"INLAND", "NEAR BAY", "<1H OCEAN"}[rng.IntN(3)]
	}
	return Must(append(cols, Categories("place", places))...)
}

func BenchmarkRead(b *testing.B) {
	t := benchTable()
	path := file(b, "a.csv", string(write(b, "csv", t)))
	b.SetBytes(int64(t.Len() * t.Width()))
	for b.Loop() {
		if _, err := ReadFile(path, Options{Fields: t.Fields()}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	t := benchTable()
	b.SetBytes(int64(t.Len() * t.Width()))
	for b.Loop() {
		w, err := NewWriter(io.Discard, "csv", t.Fields())
		if err == nil {
			err = w.Write(t)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
