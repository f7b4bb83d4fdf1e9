package figures

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/rank"
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

// Distributions of at most so many columns are drawn, in rows of columnsWide.
const (
	columnsDrawn = 24
	columnsWide  = 3
	levelsDrawn  = 10
)

var distributions = Figure{
	Title:   "Distributions",
	Caption: "How often each value of a column comes in the training rows. Long tails are cut at the 99.5th percentile.",
	Width:   9 * vg.Inch, Height: func(d *Data) vg.Length {
		return vg.Length((len(drawable(d))+columnsWide-1)/columnsWide) * 2.1 * vg.Inch
	},
	Section: "columns",
	Draw: func(d *Data, _ int) (Grid, error) {
		var plots []*plot.Plot
		for _, c := range drawable(d) {
			p, err := distribution(d, c)
			if err != nil {
				return nil, err
			}
			plots = append(plots, p)
		}
		return style.InRows(plots, columnsWide), nil
	},
}

// drawable returns the columns of the training rows that have a distribution.
func drawable(d *Data) []*table.Column {
	var cols []*table.Column
	for _, c := range d.Train.Columns() {
		if c.Kind == table.Float || c.Kind == table.Category {
			cols = append(cols, c)
		}
	}
	return cols[:min(len(cols), columnsDrawn)]
}

func distribution(d *Data, c *table.Column) (*plot.Plot, error) {
	if c.Kind == table.Category {
		return levels(results.Words(c.Name), c)
	}
	fill := style.Blue
	if c.Name == d.Schema.Target {
		fill = style.Orange
	}
	return style.Histogram(results.Words(c.Name), d.Unit(c.Name), withoutTail(c.Floats), fill)
}

// withoutTail returns the values that are there, up to their 99.5th
// percentile where the largest lies far beyond it.
func withoutTail(v []float64) []float64 {
	v = slices.DeleteFunc(slices.Clone(v), func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
	slices.Sort(v)
	if len(v) < 200 {
		return v
	}
	cut := v[len(v)*995/1000]
	if v[len(v)-1]-v[0] < 1.5*(cut-v[0]) {
		return v
	}
	n, _ := slices.BinarySearch(v, math.Nextafter(cut, math.Inf(1)))
	return v[:n]
}

// levels draws how often each category comes, the most frequent first.
func levels(title string, c *table.Column) (*plot.Plot, error) {
	counts := make([]float64, len(c.Levels))
	for _, code := range c.Codes {
		if code >= 0 {
			counts[code]++
		}
	}
	order := rank.Order(len(counts), func(a, b int) int { return int(counts[b] - counts[a]) })
	order = order[:min(len(order), levelsDrawn)]
	values, names := plotter.Values{}, []string{}
	for _, k := range slices.Backward(order) {
		values, names = append(values, counts[k]), append(names, style.Cut(c.Levels[k], style.LegendRunes))
	}
	p := style.NewPlot(title, "rows", "")
	return p, style.Bars(p, values, names, min(12, 72/float64(max(1, len(values)))))
}
