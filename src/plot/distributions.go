package main

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/table"
)

// Distributions of at most so many columns are drawn, in rows of columnsWide.
const (
	columnsDrawn = 24
	columnsWide  = 3
	levelsDrawn  = 10
)

var distributions = figure{
	name:    "distributions",
	title:   "Distributions",
	caption: "How often each value of a column comes in the training rows. Long tails are cut at the 99.5th percentile.",
	width:   9 * vg.Inch, height: func(src *sources) vg.Length {
		return vg.Length((len(drawable(src))+columnsWide-1)/columnsWide) * 2.1 * vg.Inch
	},
	about:   "columns",
	applies: always,
	draw: func(src *sources, _ int) ([][]*plot.Plot, error) {
		var plots []*plot.Plot
		for _, c := range drawable(src) {
			p, err := distribution(src, c)
			if err != nil {
				return nil, err
			}
			plots = append(plots, p)
		}
		return inRows(plots, columnsWide), nil
	},
}

// drawable returns the columns of the training rows that have a distribution.
func drawable(src *sources) []*table.Column {
	var cols []*table.Column
	for _, c := range src.train.Columns() {
		if c.Kind == table.Float || c.Kind == table.Category {
			cols = append(cols, c)
		}
	}
	return cols[:min(len(cols), columnsDrawn)]
}

// inRows arranges small plots, whose narrow axes have room for few labels.
func inRows(plots []*plot.Plot, wide int) [][]*plot.Plot {
	for _, p := range plots {
		if _, numbers := p.X.Tick.Marker.(ticks); numbers {
			p.X.Tick.Marker = ticks{few: true}
		}
	}
	var rows [][]*plot.Plot
	for row := range slices.Chunk(plots, wide) {
		rows = append(rows, append(slices.Clone(row), make([]*plot.Plot, wide-len(row))...))
	}
	return rows
}

func distribution(src *sources, c *table.Column) (*plot.Plot, error) {
	if c.Kind == table.Category {
		return levels(words(c.Name), c)
	}
	fill := blue
	if c.Name == src.schema.Target {
		fill = orange
	}
	return histogram(words(c.Name), src.unitOf(c.Name), withoutTail(c.Floats), fill)
}

// unitOf is the unit of a column, or nothing.
func (src *sources) unitOf(name string) string {
	if c := src.schema.Column(name); c != nil {
		return c.Unit
	}
	return ""
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

// histogramBins is how many bins a histogram has at most.
const histogramBins = 40

// histogram draws how often values come. Bins of whole numbers hold as many
// whole numbers each: others would show a pattern that the values do not have.
func histogram(title, x string, v []float64, fill color.Color) (*plot.Plot, error) {
	p := newPlot(title, x, "rows")
	if len(v) == 0 {
		return p, nil
	}
	h := &plotter.Histogram{Bins: wholeBins(v)}
	if h.Bins == nil {
		var err error
		if h, err = plotter.NewHist(plotter.Values(v), histogramBins); err != nil {
			return nil, err
		}
	}
	h.FillColor, h.LineStyle.Width = fill, 0
	p.Add(grid(), h)
	p.Y.Min = 0
	return p, nil
}

// wholeBins returns bins for whole numbers, nil for others.
func wholeBins(v []float64) []plotter.HistogramBin {
	low, high := slices.Min(v), slices.Max(v)
	if slices.ContainsFunc(v, func(x float64) bool { return x != math.Trunc(x) }) || high-low >= 1<<53 {
		return nil
	}
	width := math.Ceil((high - low + 1) / histogramBins)
	bins := make([]plotter.HistogramBin, int(math.Ceil((high-low+1)/width)))
	for k := range bins {
		bins[k].Min = low - 0.5 + float64(k)*width
		bins[k].Max = bins[k].Min + width
	}
	for _, x := range v {
		bins[int((x-low)/width)].Weight++
	}
	return bins
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
		values, names = append(values, counts[k]), append(names, cut(c.Levels[k], legendRunes))
	}
	p := newPlot(title, "rows", "")
	return p, bars(p, values, names, min(12, 72/float64(max(1, len(values)))))
}

// bars adds horizontal bars, the first at the bottom.
func bars(p *plot.Plot, values plotter.Values, names []string, width float64) error {
	if len(values) == 0 {
		return nil
	}
	b, err := plotter.NewBarChart(values, vg.Points(width))
	if err != nil {
		return err
	}
	b.Horizontal, b.Color, b.LineStyle.Width = true, blue, 0
	p.Add(grid(), b)
	p.NominalY(names...)
	p.X.Min = math.Min(0, p.X.Min)
	return nil
}
