package steps

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/table"
	"example.com/engine/transform"
)

// BenchmarkOneRow is a request to a server: seven groups, 28 columns made.
func BenchmarkOneRow(b *testing.B) {
	c := columnTransformer(b, chapter2)
	require.NoError(b, c.Fit(houses(5000), nil, source()))
	row := houses(1)
	dst := mat.NewDense(1, len(c.Out), nil)
	b.Run("matrix", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := c.MatrixInto(dst, row); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("table", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Transform(row); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkMillionRows makes 28 million numbers of 9 million.
func BenchmarkMillionRows(b *testing.B) {
	c := columnTransformer(b, chapter2)
	x := houses(1_000_000)
	require.NoError(b, c.Fit(x.Slice(0, 5000), nil, source()))
	dst := mat.NewDense(x.Len(), len(c.Out), nil)
	b.Run("matrix", func(b *testing.B) {
		for b.Loop() {
			if err := c.MatrixInto(dst, x); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("table", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.Transform(x); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkFit is on as many rows as the book trains on, and on a million.
func BenchmarkFit(b *testing.B) {
	c := columnTransformer(b, chapter2)
	places, err := houses(16512).Select("latitude", "longitude")
	require.NoError(b, err)
	clusters := NewClusterSimilarity()
	scaler := NewStandardScaler()
	imputer := NewSimpleImputer()
	imputer.Strategy = "median"
	million, err := houses(1_000_000).Select(numberNames()...)
	require.NoError(b, err)
	for _, run := range []struct {
		name string
		t    transform.Transformer
		x    *table.Table
	}{
		{"chapter 2 on 16512 rows", c, houses(16512)},
		{"10 clusters of 16512 rows", clusters, places},
		{"scaler on a million rows", scaler, million},
		{"median on a million rows", imputer, million},
	} {
		b.Run(run.name, func(b *testing.B) {
			for b.Loop() {
				if err := run.t.Fit(run.x, nil, source()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func numberNames() []string { return houses(1).Names()[:8] }
