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
