package figures

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
)

var predicted = Figure{
	Title:   "Predicted against actual",
	Caption: "Each point is a test row. On the line the prediction is exact.",
	Width:   5.2 * vg.Inch, Height: Tall(4.8 * vg.Inch),
	Section: "predictions",
	Applies: regression,
	Draw: func(d *Data, most int) (Grid, error) {
		actual, answers := d.Predictions.Column("actual").Floats, d.Predictions.Column("predicted").Floats
		label := d.Label(d.Schema.Target)
		p := style.NewPlot("", "actual "+label, "predicted "+label)
		p.Add(style.Grid())
		if err := addCloud(p, actual, answers, most); err != nil {
			return nil, err
		}
		lo := math.Min(floats.Min(actual), floats.Min(answers))
		hi := math.Max(floats.Max(actual), floats.Max(answers))
		return One(p), style.AddLine(p, "", plotter.XYs{{X: lo, Y: lo}, {X: hi, Y: hi}}, style.Stroke(style.Orange, 1.2))
	},
}

// addCloud draws rows as points that are seen through, so that a crowd is darker.
func addCloud(p *plot.Plot, x, y []float64, most int) error {
	points := make(plotter.XYs, 0, most)
	for _, i := range Thin(len(x), most) {
		points = append(points, plotter.XY{X: x[i], Y: y[i]})
	}
	return style.AddDots(p, points, style.Dot(style.Faint(style.Blue, 90), 1.4))
}
