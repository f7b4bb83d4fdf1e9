package figures

import (
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/results"
)

var learning = Figure{
	Title:   "Learning curve",
	Caption: "The deciding metric by the number of training rows, on the rows that each fold held out and on those learned from: mean ± standard deviation over the folds. Where the held-out scores still improve, more rows would help; where both lines have met, a richer model might.",
	Width:   6.2 * vg.Inch, Height: Tall(3.2 * vg.Inch),
	Applies: func(d *Data) bool { return d.LearningCurve },
	Draw: func(d *Data, _ int) (Grid, error) {
		p := style.NewPlot("", "training rows", results.Words(d.Training.Metric)+" "+d.metricUnit())
		p.Add(style.Grid())
		for _, line := range []struct {
			name string
			of   func(results.LearningPoint) *results.Spread
			ink  int
		}{
			{"held out in a fold", func(l results.LearningPoint) *results.Spread { return l.Held }, 0},
			{"training rows", func(l results.LearningPoint) *results.Spread { return l.Seen }, 1},
		} {
			var points, low, high plotter.XYs
			for _, l := range d.Training.LearningCurve {
				if s := line.of(l); s != nil {
					x := float64(l.Rows)
					points = append(points, plotter.XY{X: x, Y: s.Mean})
					low = append(low, plotter.XY{X: x, Y: s.Mean - s.StdDev})
					high = append(high, plotter.XY{X: x, Y: s.Mean + s.StdDev})
				}
			}
			if err := style.AddBand(p, line.name, points, low, high, line.ink); err != nil {
				return nil, err
			}
		}
		p.X.Min = 0
		p.Legend.Top = true
		style.Room(p, 0.45)
		return One(p), nil
	},
}
