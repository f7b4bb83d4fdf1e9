package metrics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Share is the share of the rows that are in, by their weight, with the interval of
// Wilson (1927), which is right also near 0 and 1: that of as many independent rows as
// would have the standard error of the units (Korn and Graubard 1998; Dean and Pagano
// 2015, "Evaluating confidence interval methods for binomial proportions in clustered
// surveys"). It draws nothing.
func (b Bootstrap) Share(d Data, in []bool) Interval {
	d.check()
	sameLength(len(d.Y), in)
	x := make([]float64, len(in))
	for i, is := range in {
		if is {
			x[i] = 1
		}
	}
	mean := func(w []float64) float64 { return weighted(x, w) }
	u := newUnits(d)
	if d.Time != nil && len(x) > 0 {
		u = blocks(d, mean)
	}
	p, worth := mean(d.W), u.effective()
	out := Interval{Estimate: p, Low: math.NaN(), High: math.NaN(), StdErr: math.NaN(), Units: u.count, Kind: u.kind}
	if worth < float64(u.least)-1e-9 {
		out.None = tooFew(u, worth)
		return out
	}
	sums, total := make([]float64, u.count), 0.0
	for i, v := range x {
		w := weightAt(d.W, i)
		sums[u.unit(i)] += float64(w * (v - p))
		total += w
	}
	out.StdErr = deviation(sums) * math.Sqrt(float64(u.count)) / total
	n := worth
	if out.StdErr > 0 {
		n = p * (1 - p) / (out.StdErr * out.StdErr)
	}
	out.Low, out.High = wilson(p, n, student(freedom(sums, worth)).Quantile((1+b.Level)/2))
	return out
}

// Wilson is the interval of the level around a share of independent rows.
func Wilson(share, rows, level float64) (low, high float64) {
	return wilson(share, rows, distuv.UnitNormal.Quantile((1+level)/2))
}

// wilson is the interval of a share p of n rows that reaches z standard errors.
func wilson(p, n, z float64) (low, high float64) {
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	low, high = centre-half, centre+half
	if p == 0 {
		low = 0 // and not a rounding error from it
	}
	if p == 1 {
		high = 1
	}
	return low, high
}
