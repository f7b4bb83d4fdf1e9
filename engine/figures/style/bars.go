package style

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// InRows arranges small plots, so many in a row; their narrow axes have room for
// few labels. Places without a plot are nil.
func InRows(plots []*plot.Plot, wide int) [][]*plot.Plot {
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

// histogramBins is how many bins a histogram has at most.
const histogramBins = 40

// Histogram draws how often values come; there may be none. Bins of whole numbers hold as many
// whole numbers each: others would show a pattern that the values do not have.
func Histogram(title, x string, v []float64, fill color.Color) (*plot.Plot, error) {
	p := NewPlot(title, x, "rows")
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
	p.Add(Grid(), h)
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

// Bars adds horizontal bars, the first at the bottom, each with its name; there may
// be none. The width is in points.
func Bars(p *plot.Plot, values plotter.Values, names []string, width float64) error {
	if len(values) == 0 {
		return nil
	}
	b, err := plotter.NewBarChart(values, vg.Points(width))
	if err != nil {
		return err
	}
	b.Horizontal, b.Color, b.LineStyle.Width = true, Blue, 0
	p.Add(Grid(), b)
	p.NominalY(names...)
	p.X.Min = math.Min(0, p.X.Min)
	return nil
}
