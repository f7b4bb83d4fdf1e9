package metrics

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// ECEBins is the number of bins of the metric ece.
const ECEBins = 10

// perRow returns the Scorer of the mean of f over the rows.
func perRow(y []float64, proba *mat.Dense, f func(class int, p []float64) float64) Scorer {
	sameRows(len(y), proba)
	terms := make([]float64, len(y))
	for i := range terms {
		terms[i] = f(classOf(y[i], proba), proba.RawRowView(i))
	}
	return func(w []float64) float64 { return weighted(terms, w) }
}

func classOf(y float64, proba *mat.Dense) int {
	class := code(y)
	if _, k := proba.Dims(); class >= k {
		panic("metrics: class code beyond the columns of proba")
	}
	return class
}

// logLoss is the mean of -log p, where p is the probability given to the class
// of the row, kept within 2⁻⁵² of 0 and 1.
func logLoss(y []float64, proba *mat.Dense) Scorer {
	const eps = 0x1p-52
	return perRow(y, proba, func(class int, p []float64) float64 {
		return -math.Log(min(max(p[class], eps), 1-eps))
	})
}

// brier is the mean squared distance of the probabilities from 1 for the class
// of the row and 0 for the others. For two classes it is that of class 1
// alone, from 0 to 1; for more it is the sum, from 0 to 2.
func brier(y []float64, proba *mat.Dense) Scorer {
	return perRow(y, proba, func(class int, p []float64) float64 {
		sum := 0.0
		for k, v := range p {
			if k == class {
				v = 1 - v
			}
			sum += v * v
		}
		if len(p) == 2 {
			return sum / 2
		}
		return sum
	})
}

// bet is a probability and whether it came true.
type bet struct {
	p    float64
	true float64 // 0 or 1
}

func betOf(y float64, proba *mat.Dense, i int) bet {
	p, class := proba.RawRowView(i), classOf(y, proba)
	on := 1
	if floats.HasNaN(p) {
		return bet{math.NaN(), 0}
	}
	if len(p) > 2 {
		on = floats.MaxIdx(p)
	}
	if on == class {
		return bet{p[on], 1}
	}
	return bet{p[on], 0}
}

// calibrationError is the expected calibration error: rows fall into bins of
// equal width by probability, and in each bin the mean probability is held
// against the share of rows that came true. It is the mean of their distance,
// weighted by the rows. For two classes the probability is that of class 1, as
// in a calibration curve; for more it is that of the likeliest class, and it
// came true if the row is of it (Guo et al. 2017).
func calibrationError(y []float64, proba *mat.Dense) Scorer {
	sameRows(len(y), proba)
	edges := uniformEdges(ECEBins)
	bets, bin := make([]bet, len(y)), make([]int, len(y))
	for i := range bets {
		bets[i] = betOf(y[i], proba, i)
		bin[i] = sort.SearchFloat64s(edges, bets[i].p)
	}
	return func(w []float64) float64 {
		gap, total := make([]float64, len(edges)+1), 0.0
		for i, b := range bets {
			weight := weightAt(w, i)
			gap[bin[i]] += weight * (b.p - b.true)
			total += weight
		}
		return floats.Norm(gap, 1) / total
	}
}
