package figures

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
)

var residuals = Figure{
	Title:   "Residuals",
	Caption: "Actual minus predicted on the test rows: against the prediction, and how often. A pattern on the left is something that the model does not know yet.",
	Width:   9 * vg.Inch, Height: Tall(4 * vg.Inch),
	Section: "predictions",
	Applies: regression,
	Draw: func(d *Data, most int) (Grid, error) {
		rest := d.Residuals()
		left, err := residualScatter(d, d.Predictions.Column("predicted").Floats, rest, most)
		if err != nil {
			return nil, err
		}
		right, err := style.Histogram("", "residual "+d.targetUnit(), rest, style.Blue)
		return Grid{{left, right}}, err
	},
}

func residualScatter(d *Data, answers, rest []float64, most int) (*plot.Plot, error) {
	p := style.NewPlot("", "predicted "+d.Label(d.Schema.Target), "residual "+d.targetUnit())
	p.Add(style.Grid())
	if err := addCloud(p, answers, rest, most); err != nil {
		return nil, err
	}
	zero := plotter.NewFunction(func(float64) float64 { return 0 })
	zero.Color, zero.Width = style.Orange, vg.Points(1.2)
	p.Add(zero)
	return p, nil
}
