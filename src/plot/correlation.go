package main

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/table"
)

// correlationsDrawn is how many columns are shown, the strongest.
const correlationsDrawn = 30

var correlation = figure{
	name:    "correlation",
	title:   "Correlation with the target",
	caption: "Pearson's correlation of each number with the target on the training rows. It sees straight lines only: 0 is not without use.",
	width:   6.2 * vg.Inch, height: func(src *sources) vg.Length {
		names, _ := correlations(src)
		return vg.Length(len(names))*0.22*vg.Inch + 0.8*vg.Inch
	},
	about:   "columns",
	applies: regression,
	draw: func(src *sources, _ int) ([][]*plot.Plot, error) {
		names, values := correlations(src)
		p := newPlot("", "correlation with "+words(src.schema.Target), "")
		if err := bars(p, values, names, 9); err != nil {
			return nil, err
		}
		p.X.Min, p.X.Max = math.Min(-0.25, p.X.Min), math.Max(0.25, p.X.Max)
		return [][]*plot.Plot{{p}}, nil
	},
}

// correlations returns the strongest, the largest last.
func correlations(src *sources) ([]string, plotter.Values) {
	type pair struct {
		name string
		r    float64
	}
	var pairs []pair
	for _, c := range src.train.Columns() {
		if c.Kind != table.Float || c.Name == src.schema.Target {
			continue
		}
		if r := pearson(c.Floats, src.target().Floats); !math.IsNaN(r) {
			pairs = append(pairs, pair{words(c.Name), r})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return compare(math.Abs(b.r), math.Abs(a.r)) })
	pairs = pairs[:min(len(pairs), correlationsDrawn)]
	slices.SortStableFunc(pairs, func(a, b pair) int { return compare(a.r, b.r) })
	var names []string
	var values plotter.Values
	for _, p := range pairs {
		names, values = append(names, p.name), append(values, p.r)
	}
	return names, values
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// pearson is the correlation over the rows where neither is null.
func pearson(x, y []float64) float64 {
	var a, b []float64
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			a, b = append(a, x[i]), append(b, y[i])
		}
	}
	return stat.Correlation(a, b, nil)
}
