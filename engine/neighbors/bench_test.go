package neighbors

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// BenchmarkNearest looks for neighbours among 16,512 points in a plane, of which
// some are at one place, as districts on a map are.
func BenchmarkNearest(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := mat.NewDense(16_512, 2, nil)
	for i := range 16_512 {
		town := float64(rng.IntN(8))
		x.SetRow(i, []float64{float64(int(100*(town+rng.NormFloat64()/2))) / 100, float64(int(100*(town+rng.NormFloat64()))) / 100})
	}
	index, err := NewIndex(x)
	if err != nil {
		b.Fatal(err)
	}
	for _, k := range []int{5, 40} {
		b.Run(fmt.Sprint(k), func(b *testing.B) {
			found := make([]Neighbor, 0, k)
			for i := 0; b.Loop(); i++ {
				index.Nearest(found, x.RawRowView(i*7919%16_512), k)
			}
		})
	}
}
