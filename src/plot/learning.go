package main

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/results"
)

var learning = figure{
	name:    "learning",
	title:   "Learning curve",
	caption: "The deciding metric by the number of training rows, on the rows that each fold held out and on those learned from: mean ± standard deviation over the folds. Where the held-out scores still improve, more rows would help; where both lines have met, a richer model might.",
	width:   6.2 * vg.Inch, height: tall(3.2 * vg.Inch),
	applies: func(src *sources) bool { return src.learning },
	draw: func(src *sources, _ int) ([][]*plot.Plot, error) {
		p := newPlot("", "training rows", words(src.facts.Training.Metric)+" "+metricUnit(src))
		p.Add(grid())
		for _, line := range []struct {
			name string
			of   func(results.LearningPoint) *results.Spread
			ink  int
		}{
			{"held out in a fold", func(l results.LearningPoint) *results.Spread { return l.Held }, 0},
			{"training rows", func(l results.LearningPoint) *results.Spread { return l.Seen }, 1},
		} {
			var points, low, high plotter.XYs
			for _, l := range src.facts.Training.LearningCurve {
				if s := line.of(l); s != nil {
					x := float64(l.Rows)
					points = append(points, plotter.XY{X: x, Y: s.Mean})
					low = append(low, plotter.XY{X: x, Y: s.Mean - s.StdDev})
					high = append(high, plotter.XY{X: x, Y: s.Mean + s.StdDev})
				}
			}
			if err := addBand(p, line.name, points, low, high, line.ink); err != nil {
				return nil, err
			}
		}
		p.X.Min = 0
		p.Legend.Top = true
		room(p, 0.45)
		return [][]*plot.Plot{{p}}, nil
	},
}

// addBand draws points with a line through them, above a band from low to high.
func addBand(p *plot.Plot, name string, points, low, high plotter.XYs, ink int) error {
	if len(points) == 0 {
		return nil
	}
	if err := addArea(p, low, high, faint(series[ink], 45)); err != nil {
		return err
	}
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return err
	}
	line.Color, line.Width = series[ink], vg.Points(1.3)
	dots.GlyphStyle = dot(series[ink], 2.6)
	p.Add(line, dots)
	p.Legend.Add(cut(name, legendRunes), line, dots)
	return nil
}
