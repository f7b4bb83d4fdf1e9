package main

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"example.com/engine/metrics"
	"example.com/engine/model"
)

// rangesDrawn is how many slices a figure shows.
const rangesDrawn = 20

// interval is an estimate with its name.
type interval struct {
	name                string
	estimate, low, high float64
}

func rangeHeight(n int) vg.Length { return vg.Length(n)*0.21*vg.Inch + 0.8*vg.Inch }

// addRanges draws intervals below each other, the first on top, and a line at
// a value.
func addRanges(p *plot.Plot, list []interval, at float64) error {
	p.Add(grid())
	names := make([]string, len(list))
	var dots plotter.XYs
	for k, r := range list {
		y := float64(len(list) - 1 - k)
		names[len(list)-1-k] = cut(words(r.name), nameRunes)
		dots = append(dots, plotter.XY{X: r.estimate, Y: y})
		if err := addLine(p, "", plotter.XYs{{X: r.low, Y: y}, {X: r.high, Y: y}}, blue, solid); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		return nil
	}
	if err := addLine(p, "", plotter.XYs{{X: at, Y: -0.5}, {X: at, Y: float64(len(list)) - 0.5}}, orange, solid); err != nil {
		return err
	}
	if err := addDots(p, dots, dot(blue, 3)); err != nil {
		return err
	}
	p.NominalY(names...)
	p.Y.Min, p.Y.Max = -0.6, float64(len(list))-0.4
	return nil
}

// deciding is the metric that decides.
func deciding(src *sources) metrics.Metric {
	m, err := model.DecidingMetric(src.task, src.facts.Metrics.Metric)
	if err != nil {
		panic("plot: " + err.Error()) // evaluate has used it
	}
	return m
}

// metricUnit is the unit of the deciding metric in parentheses, or nothing.
func metricUnit(src *sources) string {
	if deciding(src).Unit == metrics.TargetUnit {
		return unit(src)
	}
	return ""
}

// Strokes of a line.
var (
	solid  []vg.Length
	dotted = []vg.Length{vg.Points(2), vg.Points(2)}
)

// addLine draws a line, in the legend if it has a name.
func addLine(p *plot.Plot, name string, points plotter.XYs, c color.Color, dashes []vg.Length) error {
	line, err := plotter.NewLine(points)
	if err != nil {
		return err
	}
	line.Color, line.Width, line.Dashes = c, vg.Points(1.3), dashes
	p.Add(line)
	if name != "" {
		p.Legend.Add(cut(name, legendRunes), line)
	}
	return nil
}

// addDots draws points, of which there may be none.
func addDots(p *plot.Plot, points plotter.XYs, style draw.GlyphStyle) error {
	if len(points) == 0 {
		return nil
	}
	s, err := plotter.NewScatter(points)
	if err != nil {
		return err
	}
	s.GlyphStyle = style
	p.Add(s)
	return nil
}

// addArea fills the area between two lines.
func addArea(p *plot.Plot, low, high plotter.XYs, c color.Color) error {
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
