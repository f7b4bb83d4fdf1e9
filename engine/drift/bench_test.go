package drift

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"example.com/engine/table"
)

// A fifth of a million rows of ten columns.
func BenchmarkProfile(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var cols []*table.Column
	for j := range 2 {
		v := make([]float64, 1_000_000)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		cols = append(cols, table.Floats(fmt.Sprint(j), v))
	}
	rows := table.Must(cols...)
	b.ReportAllocs()
	for b.Loop() {
		Of(rows)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2e6, "ns/value")
}
