package sketch

import (
	"math"
	"slices"
	"sort"

	"example.com/engine/quantile"
)

// Points are a distribution: distinct numbers in rising order, and how many of
// the values that were summed up each stands for. Weights are positive, and
// their sum is the count of values.
type Points struct {
	Values  []float64 `json:"values"`
	Weights []float64 `json:"weights"`
	// Exact tells whether the points are the values themselves, counted.
	Exact bool `json:"exact,omitempty"`
}

// Of returns the points of v, exactly. It sorts a copy. NaN is left out.
func Of(v []float64) Points {
	v = slices.DeleteFunc(slices.Clone(v), math.IsNaN)
	slices.Sort(v)
	p := Points{Exact: true}
	for _, x := range v {
		p.add(x, 1)
	}
	return p
}

// add appends a value that is not below those before it.
func (p *Points) add(v, w float64) {
	if n := len(p.Values); n > 0 && p.Values[n-1] == v {
		p.Weights[n-1] += w
		return
	}
	p.Values = append(p.Values, v)
	p.Weights = append(p.Weights, w)
}

// stretch takes one value's worth of the outermost points for lo and hi, if
// they are beyond.
func (p *Points) stretch(lo, hi float64) {
	if n := len(p.Values); n > 0 && hi > p.Values[n-1] {
		p.take(n - 1)
		p.Values, p.Weights = append(p.Values, hi), append(p.Weights, 1)
	}
	if len(p.Values) > 0 && lo < p.Values[0] {
		p.take(0)
		p.Values, p.Weights = slices.Insert(p.Values, 0, lo), slices.Insert(p.Weights, 0, 1)
	}
}

// take lowers the weight of point i by 1 and drops it at 0.
func (p *Points) take(i int) {
	if p.Weights[i]--; p.Weights[i] <= 0 {
		p.Values, p.Weights = slices.Delete(p.Values, i, i+1), slices.Delete(p.Weights, i, i+1)
	}
}

// Count returns how many values the points stand for.
func (p Points) Count() float64 {
	sum := 0.0
	for _, w := range p.Weights {
		sum += w
	}
	return sum
}

// Quantile returns the least value that at least the share q of all values is
// at or below, NaN if there are none.
func (p Points) Quantile(q float64) float64 {
	return quantile.InvertedCDF(p.Values, p.Weights, q)
}

// Share returns the share of values at or below v, NaN if there are none.
func (p Points) Share(v float64) float64 {
	if len(p.Values) == 0 {
		return math.NaN()
	}
	below := 0.0
	for _, w := range p.Weights[:sort.Search(len(p.Values), func(i int) bool { return p.Values[i] > v })] {
		below += w
	}
	return below / p.Count()
}

// Mean returns the mean, NaN if there are no values.
func (p Points) Mean() float64 {
	mean, sum := 0.0, 0.0
	for i, v := range p.Values {
		sum += p.Weights[i]
		mean += (v - mean) * p.Weights[i] / sum
	}
	if sum == 0 {
		return math.NaN()
	}
	return mean
}

// Std returns the standard deviation over the count, not over one less; NaN if
// there are no values.
func (p Points) Std() float64 {
	mean, sum := p.Mean(), 0.0
	for i, v := range p.Values {
		sum += p.Weights[i] * (v - mean) * (v - mean)
	}
	return math.Sqrt(sum / p.Count())
}

// Thin returns at most n points, n >= 3, that stand for the same number of
// values. Neighbours are joined at the value in the middle of their weight, so
// that no rank moves by more than 1/(n-2) of the count, and the least and the
// greatest value stay.
func (p Points) Thin(n int) Points {
	last := len(p.Values) - 1
	if len(p.Values) <= n {
		return p
	}
	var out Points
	out.add(p.Values[0], p.Weights[0])
	step := (p.Count() - p.Weights[0] - p.Weights[last]) / float64(n-2)
	done := 0.0
	for from, group := 1, 1; from < last; group++ {
		to, sum := from, 0.0
		// A group ends where the sum of all so far reaches its share.
		for to < last && (to == from || done+sum+p.Weights[to]/2 <= step*float64(group)) {
			sum += p.Weights[to]
			to++
		}
		out.add(p.middle(from, to, sum), sum)
		from = to
		done += sum
	}
	out.add(p.Values[last], p.Weights[last])
	return out
}

// middle returns the value in the middle of the weight of points from to to.
func (p Points) middle(from, to int, sum float64) float64 {
	half := 0.0
	for i := from; i < to; i++ {
		if half += p.Weights[i]; 2*half >= sum {
			return p.Values[i]
		}
	}
	return p.Values[to-1]
}
