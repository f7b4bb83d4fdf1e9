package figures

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/results"
	"example.com/engine/table"
)

// correlationsDrawn is how many columns are shown, the strongest.
const correlationsDrawn = 30

var correlation = Figure{
	Title:   "Correlation with the target",
	Caption: "Pearson's correlation of each number with the target on the training rows. It sees straight lines only: 0 is not without use.",
	Width:   6.2 * vg.Inch, Height: func(d *Data) vg.Length {
		names, _ := correlations(d)
		return vg.Length(len(names))*0.22*vg.Inch + 0.8*vg.Inch
	},
	Section: "columns",
	Applies: regression,
	Draw: func(d *Data, _ int) (Grid, error) {
		names, values := correlations(d)
		p := style.NewPlot("", "correlation with "+results.Words(d.Schema.Target), "")
		if err := style.Bars(p, values, names, 9); err != nil {
			return nil, err
		}
		p.X.Min, p.X.Max = math.Min(-0.25, p.X.Min), math.Max(0.25, p.X.Max)
		return One(p), nil
	},
}

// correlations returns the strongest, the largest last.
func correlations(d *Data) ([]string, plotter.Values) {
	type pair struct {
		name string
		r    float64
	}
	var pairs []pair
	for _, c := range d.Train.Columns() {
		if c.Kind != table.Float || c.Name == d.Schema.Target {
			continue
		}
		if r := pearson(c.Floats, d.Target().Floats); !math.IsNaN(r) {
			pairs = append(pairs, pair{results.Words(c.Name), r})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(math.Abs(b.r), math.Abs(a.r)) })
	pairs = pairs[:min(len(pairs), correlationsDrawn)]
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.r, b.r) })
	var names []string
	var values plotter.Values
	for _, p := range pairs {
		names, values = append(names, p.name), append(values, p.r)
	}
	return names, values
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
