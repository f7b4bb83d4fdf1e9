package metrics

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// checked returns w, which has to fit y.
func checked(y, w []float64) []float64 {
	sameLength(len(y), w)
	return w
}

// mse is the mean squared error, in the squared unit of the target.
func mse(y, pred []float64) Scorer {
	return MeanOf(y, pred, func(y, p float64) float64 { return (y - p) * (y - p) })
}

// rmse is the root of the mean squared error, in the unit of the target.
func rmse(y, pred []float64) Scorer { return RootOf(mse(y, pred)) }

func absolute(y, p float64) float64 { return math.Abs(y - p) }

// mae is the mean absolute error, in the unit of the target.
func mae(y, pred []float64) Scorer { return MeanOf(y, pred, absolute) }

// mape is the mean of |y − pred| / |y|, a share: 0.1 is ten percent. A target
// of 0 counts as 2⁻⁵², so that it blows up and does not go unseen.
func mape(y, pred []float64) Scorer {
	const least = 0x1p-52
	return MeanOf(y, pred, func(y, p float64) float64 {
		return math.Abs(y-p) / max(math.Abs(y), least)
	})
}

// rmsle is the root of the mean squared difference of log(1 + y), NaN if a
// target or a prediction is -1 or below.
func rmsle(y, pred []float64) Scorer {
	return RootOf(MeanOf(y, pred, func(y, p float64) float64 {
		if y <= -1 || p <= -1 {
			return math.NaN()
		}
		d := math.Log1p(y) - math.Log1p(p)
		return d * d
	}))
}

// pinball is the mean quantile loss: an error costs alpha for each unit that
// the prediction is too low and 1 − alpha for each unit that it is too high.
func pinball(alpha float64) func(y, pred []float64) Scorer {
	return func(y, pred []float64) Scorer {
		return MeanOf(y, pred, func(y, p float64) float64 {
			if y >= p {
				return alpha * (y - p)
			}
			return (1 - alpha) * (p - y)
		})
	}
}

// errorOrder is the absolute errors in rising order, those of equal size by
// their rows.
type errorOrder []sizedError

type sizedError struct {
	size float64
	row  int32
}

// absoluteErrors returns an error for each row, nil if one of them is NaN.
func absoluteErrors(y, pred []float64) []float64 {
	sameLength(len(y), pred)
	sizes := make([]float64, len(y))
	for i := range y {
		if sizes[i] = absolute(y[i], pred[i]); math.IsNaN(sizes[i]) {
			return nil
		}
	}
	return sizes
}

func newErrorOrder(sizes []float64) errorOrder {
	o := make(errorOrder, len(sizes))
	for i, v := range sizes {
		o[i] = sizedError{v, int32(i)}
	}
	slices.SortFunc(o, func(a, b sizedError) int {
		return cmp.Or(cmp.Compare(a.size, b.size), int(a.row-b.row))
	})
	return o
}

// medianAE sorts once for all weights, when the first ones come.
// medianAE is the median absolute error, in the unit of the target: the error
// at which the running weight passes one half or, where it meets one half
// exactly, the mean of that error and the next.
func medianAE(y, pred []float64) Scorer {
	sizes := absoluteErrors(y, pred)
	order := sync.OnceValue(func() errorOrder { return newErrorOrder(sizes) })
	return func(w []float64) float64 {
		if len(sizes) == 0 {
			return math.NaN()
		}
		if w != nil {
			return order().median(w)
		}
		sorted := slices.Sorted(slices.Values(sizes))
		n := len(sorted)
		return (sorted[(n-1)/2] + sorted[n/2]) / 2
	}
}

func (o errorOrder) median(w []float64) float64 {
	half := 0.0
	for _, v := range w {
		half += v / 2
	}
	sum, met := 0.0, -1
	for k, e := range o {
		if w[e.row] == 0 {
			continue
		}
		if met >= 0 {
			return (o[met].size + e.size) / 2
		}
		sum += w[e.row]
		if sum > half {
			return e.size
		}
		if sum == half {
			met = k
		}
	}
	return math.NaN() // no weight
}

// maxError is the largest absolute error among rows with weight, in the unit
// of the target.
func maxError(y, pred []float64) Scorer {
	sizes := absoluteErrors(y, pred)
	return func(w []float64) float64 {
		most := math.NaN()
		for i, v := range sizes {
			if (w == nil || w[i] > 0) && !(v <= most) {
				most = v
			}
		}
		return most // NaN if there is no weight
	}
}

// r2 is the share of the target's variance that the predictions explain: 1 is
// perfect, 0 is no better than the mean, and it has no lower bound. A constant
// target gives 1 if it is met exactly and 0 otherwise. One row gives NaN.
func r2(y, pred []float64) Scorer {
	squares := make([]float64, len(y))
	sameLength(len(y), pred)
	for i := range y {
		squares[i] = (y[i] - pred[i]) * (y[i] - pred[i])
	}
	return func(w []float64) float64 {
		return explained(weighted(squares, w), variance(y, w), len(y))
	}
}

// explainedVariance is r2 with the mean error left out of the account, so that
// it does not see a bias.
func explainedVariance(y, pred []float64) Scorer {
	residual := make([]float64, len(y))
	sameLength(len(y), pred)
	for i := range y {
		residual[i] = y[i] - pred[i]
	}
	return func(w []float64) float64 {
		return explained(variance(residual, w), variance(y, w), len(y))
	}
}

// explained returns 1 − left/all for n rows.
func explained(left, all float64, n int) float64 {
	switch {
	case n < 2:
		return math.NaN()
	case left == 0:
		return 1
	case all == 0:
		return 0
	}
	return 1 - left/all
}

// variance is the mean squared distance from the mean: exactly 0 where all
// rows with weight hold one value.
func variance(v, w []float64) float64 {
	mean := weighted(v, w)
	sum, total := 0.0, 0.0
	first, constant := math.NaN(), true
	for i, x := range v {
		weight := weightAt(w, i)
		if weight == 0 {
			continue
		}
		if total == 0 {
			first = x
		}
		constant = constant && x == first
		sum += float64(weight * (x - mean) * (x - mean))
		total += weight
	}
	if constant && total > 0 {
		return 0
	}
	return sum / total
}
