package figures

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/results"
	"example.com/engine/table"
)

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
	order := make([]int, len(counts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(counts[b] - counts[a]) })
	order = order[:min(len(order), levelsDrawn)]
	values, names := plotter.Values{}, []string{}
	for _, k := range slices.Backward(order) {
		values, names = append(values, counts[k]), append(names, style.Cut(c.Levels[k], style.LegendRunes))
	}
	p := style.NewPlot(title, "rows", "")
	return p, style.Bars(p, values, names, min(12, 72/float64(max(1, len(values)))))
}
