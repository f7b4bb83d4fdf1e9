package figures

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/metrics"
)

var calibration = Figure{
	Title:   "Calibration",
	Caption: "Test rows in tenths by their probability of a class: the mean probability against the share of rows that are of it. On the diagonal, 80 % sure means right four times in five. Right: how often each probability is given.",
	Width:   9 * vg.Inch, Height: Tall(4 * vg.Inch),
	Section: "predictions",
	Applies: classification,
	Draw: func(d *Data, _ int) (Grid, error) {
		left := style.NewPlot("", "mean probability", "share of rows")
		left.Add(style.Grid())
		if err := style.AddLine(left, "", plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}}, style.Dotted(style.Grey)); err != nil {
			return nil, err
		}
		right := style.NewPlot("", "probability", "rows")
		right.Add(style.Grid())
		for k, o := range onesOf(d) {
			var points plotter.XYs
			for _, p := range metrics.CalibrationCurveByQuantiles(o.y, o.proba, nil, 10) {
				points = append(points, plotter.XY{X: p.Predicted, Y: p.Observed})
			}
			if err := style.AddBand(left, o.name, points, nil, nil, k); err != nil {
				return nil, err
			}
			if err := addSteps(right, o, k); err != nil {
				return nil, err
			}
		}
		unitSquare(left)
		left.Legend.Top, left.Legend.Left, left.Legend.XOffs, left.Legend.YOffs = true, true, vg.Points(6), -vg.Points(6)
		right.X.Min, right.X.Max, right.Y.Min = 0, 1, 0
		return Grid{{left, right}}, nil
	},
}

// addSteps draws the outline of a histogram of 20 bins.
func addSteps(p *plot.Plot, o one, ink int) error {
	const bins = 20
	var counts [bins]float64
	for _, v := range o.proba {
		counts[min(bins-1, int(v*bins))]++
	}
	var points plotter.XYs
	for k, n := range counts {
		points = append(points, plotter.XY{X: float64(k) / bins, Y: n}, plotter.XY{X: float64(k+1) / bins, Y: n})
	}
	return style.AddLine(p, "", points, style.Solid(style.Series[ink]))
}
