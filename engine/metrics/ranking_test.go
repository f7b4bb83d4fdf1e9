package metrics

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func BenchmarkROCAUC(b *testing.B) {
	for _, n := range []int{4000, 600_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			y, score := make([]float64, n), make([]float64, n)
			for i := range y {
				y[i], score[i] = float64(r.IntN(2)), r.Float64()
			}
			for b.Loop() {
				ROCAUC(y, score, nil)
			}
		})
	}
}
