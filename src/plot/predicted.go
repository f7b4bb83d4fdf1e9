package main

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

var predicted = figure{
	name:    "predicted",
	title:   "Predicted against actual",
	caption: "Each point is a test row. On the line the prediction is exact.",
	width:   5.2 * vg.Inch, height: tall(4.8 * vg.Inch),
	about:   "predictions",
	applies: regression,
	draw: func(src *sources, most int) ([][]*plot.Plot, error) {
		actual, answers := src.predictions.Column("actual").Floats, src.predictions.Column("predicted").Floats
		label := src.label(src.schema.Target)
		p := newPlot("", "actual "+label, "predicted "+label)
		points := make(plotter.XYs, 0, most)
		for _, i := range thin(len(actual), most) {
			points = append(points, plotter.XY{X: actual[i], Y: answers[i]})
		}
		s, err := plotter.NewScatter(points)
		if err != nil {
			return nil, err
		}
		s.GlyphStyle = dot(faint(blue, 90), 1.4)
		lo := math.Min(floats.Min(actual), floats.Min(answers))
		hi := math.Max(floats.Max(actual), floats.Max(answers))
		line, err := plotter.NewLine(plotter.XYs{{X: lo, Y: lo}, {X: hi, Y: hi}})
		if err != nil {
			return nil, err
		}
		line.Color, line.Width = orange, vg.Points(1.2)
		p.Add(grid(), s, line)
		return [][]*plot.Plot{{p}}, nil
	},
}

var residuals = figure{
	name:    "residuals",
	title:   "Residuals",
	caption: "Actual minus predicted on the test rows: against the prediction, and how often. A pattern on the left is something that the model does not know yet.",
	width:   9 * vg.Inch, height: tall(4 * vg.Inch),
	about:   "predictions",
	applies: regression,
	draw: func(src *sources, most int) ([][]*plot.Plot, error) {
		rest := rests(src)
		left, err := residualScatter(src, src.predictions.Column("predicted").Floats, rest, most)
		if err != nil {
			return nil, err
		}
		right, err := histogram("", "residual "+unit(src), rest, blue)
		return [][]*plot.Plot{{left, right}}, err
	},
}

func unit(src *sources) string {
	if c := src.schema.Column(src.schema.Target); c.Unit != "" {
		return "(" + c.Unit + ")"
	}
	return ""
}

func residualScatter(src *sources, answers, rest []float64, most int) (*plot.Plot, error) {
	p := newPlot("", "predicted "+src.label(src.schema.Target), "residual "+unit(src))
	points := make(plotter.XYs, 0, most)
	for _, i := range thin(len(rest), most) {
		points = append(points, plotter.XY{X: answers[i], Y: rest[i]})
	}
	s, err := plotter.NewScatter(points)
	if err != nil {
		return nil, err
	}
	s.GlyphStyle = dot(faint(blue, 90), 1.4)
	zero := plotter.NewFunction(func(float64) float64 { return 0 })
	zero.Color, zero.Width = orange, vg.Points(1.2)
	p.Add(grid(), s, zero)
	return p, nil
}
