package style

import (
	"errors"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"example.com/engine/results"
)

// Range is an estimate with its name and its interval.
type Range struct {
	Name                string
	Estimate, Low, High float64
}

// RangeHeight is how tall a figure of n ranges is.
func RangeHeight(n int) vg.Length { return vg.Length(n)*0.21*vg.Inch + 0.8*vg.Inch }

// AddRanges draws intervals below each other, the first on top, and a line at a
// value.
func AddRanges(p *plot.Plot, list []Range, at float64) error {
	p.Add(Grid())
	if len(list) == 0 {
		return nil
	}
	names := make([]string, len(list))
	var dots plotter.XYs
	var err error
	for k, r := range list {
		y := float64(len(list) - 1 - k)
		names[len(list)-1-k] = Cut(results.Words(r.Name), NameRunes)
		dots = append(dots, plotter.XY{X: r.Estimate, Y: y})
		err = errors.Join(err, AddLine(p, "", plotter.XYs{{X: r.Low, Y: y}, {X: r.High, Y: y}}, Solid(Blue)))
	}
	err = errors.Join(err,
		AddLine(p, "", plotter.XYs{{X: at, Y: -0.5}, {X: at, Y: float64(len(list)) - 0.5}}, Solid(Orange)),
		AddDots(p, dots, Dot(Blue, 3)))
	p.NominalY(names...)
	p.Y.Min, p.Y.Max = -0.6, float64(len(list))-0.4
	return err
}

// Stroke is how [AddLine] draws, with a width in points.
func Stroke(c color.Color, width float64) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: vg.Points(width)}
}

// Solid is the usual stroke.
func Solid(c color.Color) draw.LineStyle { return Stroke(c, 1.3) }

// Dotted is Solid in dots, as for a model that knows nothing.
func Dotted(c color.Color) draw.LineStyle {
	s := Solid(c)
	s.Dashes = []vg.Length{vg.Points(2), vg.Points(2)}
	return s
}

// AddLine draws a line, in the legend if it has a name.
func AddLine(p *plot.Plot, name string, points plotter.XYs, stroke draw.LineStyle) error {
	line, err := plotter.NewLine(points)
	if err != nil {
		return err
	}
	line.LineStyle = stroke
	p.Add(line)
	if name != "" {
		p.Legend.Add(Cut(name, LegendRunes), line)
	}
	return nil
}

// AddDots draws points, of which there may be none.
func AddDots(p *plot.Plot, points plotter.XYs, glyph draw.GlyphStyle) error {
	if len(points) == 0 {
		return nil
	}
	s, err := plotter.NewScatter(points)
	if err != nil {
		return err
	}
	s.GlyphStyle = glyph
	p.Add(s)
	return nil
}

// AddArea fills the area between two lines of the same length, of which there may be none.
func AddArea(p *plot.Plot, low, high plotter.XYs, c color.Color) error {
	if len(low) == 0 {
		return nil
	}
	outline := append(plotter.XYs{}, low...)
	for i := range high {
		outline = append(outline, high[len(high)-1-i])
	}
	area, err := plotter.NewPolygon(outline)
	if err != nil {
		return err
	}
	area.Color, area.LineStyle.Width = c, 0
	p.Add(area)
	return nil
}

// AddBand draws points with a line through them in a colour of [Series], above a
// band from low to high, which may be nil.
func AddBand(p *plot.Plot, name string, points, low, high plotter.XYs, ink int) error {
	if len(points) == 0 {
		return nil
	}
	if err := AddArea(p, low, high, Faint(Series[ink], 45)); err != nil {
		return err
	}
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return err
	}
	line.LineStyle = Solid(Series[ink])
	dots.GlyphStyle = Dot(Series[ink], 2.6)
	p.Add(line, dots)
	p.Legend.Add(Cut(name, LegendRunes), line, dots)
	return nil
}

// Room leaves a share of the height of the data above it, for the legend.
func Room(p *plot.Plot, above float64) {
	span := p.Y.Max - p.Y.Min
	p.Y.Min -= 0.1 * span
	p.Y.Max += above * span
}

// Within cuts off what lies far outside, as a trial that did not learn.
func Within(p *plot.Plot, points plotter.XYs) {
	var y []float64
	for _, xy := range points {
		y = append(y, xy.Y)
	}
	if slices.Sort(y); len(y) < 8 {
		return
	}
	low, high := y[len(y)/4], y[len(y)*3/4]
	reach := 4 * (high - low)
	p.Y.Min, p.Y.Max = math.Max(y[0], low-reach), math.Min(y[len(y)-1], high+reach)
	pad := 0.05 * (p.Y.Max - p.Y.Min)
	p.Y.Min, p.Y.Max = p.Y.Min-pad, p.Y.Max+pad
}

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
