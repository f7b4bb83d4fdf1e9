package selection

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"example.com/engine/quantile"
)

// Strata says how numbers become strata. Without either setting Rows.Y holds
// class codes, and each is a stratum.
type Strata struct {
	Bins  int       `yaml:"bins" json:"bins,omitempty" validate:"omitempty,gte=2"` // of as many rows each
	Edges []float64 `yaml:"edges" json:"edges,omitempty" validate:"excluded_with=Bins"`
}

// strata returns the stratum of each row, from 0, and how many there are.
// Strata without rows are left out; one of a single row is an error if exact.
func (s Strata) strata(splitter string, rows Rows, exact bool) ([]int, int, error) {
	if err := need(rows, splitter, "a column to stratify by", rows.Y); err != nil {
		return nil, 0, err
	}
	for i, y := range rows.Y {
		if math.IsNaN(y) {
			return nil, 0, fmt.Errorf("%s: the value of row %d to stratify by is missing", splitter, i)
		}
	}
	raw, err := s.raw(splitter, rows.Y)
	if err != nil {
		return nil, 0, err
	}
	stratum, count := distinct(raw)
	for k, n := range sizes(stratum, count) {
		if n == 1 && exact {
			i := slices.Index(stratum, k)
			return nil, 0, fmt.Errorf("%s: row %d (value %v) is alone in its class: give it another or take fewer bins", splitter, i, rows.Y[i])
		}
	}
	return stratum, count, nil
}

func (s Strata) raw(splitter string, y []float64) ([]int, error) {
	switch {
	case s.Bins > 0:
		return Bin(y, QuantileEdges(y, s.Bins)), nil
	case len(s.Edges) > 0:
		if !slices.IsSorted(s.Edges) {
			return nil, fmt.Errorf("%s: edges %v do not rise", splitter, s.Edges)
		}
		return Bin(y, s.Edges), nil
	}
	raw := make([]int, len(y))
	for i, v := range y {
		raw[i] = int(v)
		if float64(raw[i]) != v {
			return nil, fmt.Errorf("%s: value %v of row %d is not a class code: set bins to stratify by a number", splitter, v, i)
		}
	}
	return raw, nil
}

// Bin returns the bin of each value: 0 up to and including the first edge, 1
// up to and including the second, and so on, as in pandas.cut with -inf and
// inf as outer edges. edges rise.
func Bin(v, edges []float64) []int {
	bins := make([]int, len(v))
	for i, x := range v {
		bins[i] = sort.SearchFloat64s(edges, x)
	}
	return bins
}

// QuantileEdges returns the inner edges of bins of as many values each, as far
// as ties allow, as in pandas.qcut. v holds no NaN.
func QuantileEdges(v []float64, bins int) []float64 {
	sorted := slices.Sorted(slices.Values(v))
	var edges []float64
	for k := 1; k < bins && len(sorted) > 0; k++ {
		edges = append(edges, quantile.Linear(sorted, float64(k)/float64(bins)))
	}
	return slices.Compact(edges)
}
