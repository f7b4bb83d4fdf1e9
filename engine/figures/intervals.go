package figures

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
)

var intervals = Figure{
	Title:   "Intervals of some test rows",
	Caption: "Test rows in the order of their prediction (line), evenly picked, with their intervals (band) and what was true (points; orange where outside).",
	Width:   9 * vg.Inch, Height: Tall(3.6 * vg.Inch),
	Section: "intervals",
	Applies: func(d *Data) bool { return d.Intervals && regression(d) },
	Draw: func(d *Data, _ int) (Grid, error) {
		p := style.NewPlot("", "test rows by their prediction", d.Label(d.Schema.Target))
		p.Add(style.Grid())
		if d.Metrics.Coverage == nil {
			return One(p), nil
		}
		return One(p), addIntervals(p, d)
	},
}

// addIntervals draws at most 200 rows.
func addIntervals(p *plot.Plot, d *Data) error {
	column := func(name string) []float64 { return d.Predictions.Column(name).Floats }
	answers, actual, lower, upper := column("predicted"), column("actual"), column("lower"), column("upper")
	order := make([]int, len(answers))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(answers[a], answers[b]) })
	var line, low, high, in, out plotter.XYs
	for x, at := range Thin(len(order), 200) {
		i := order[at]
		point := func(y float64) plotter.XY { return plotter.XY{X: float64(x), Y: y} }
		line, low, high = append(line, point(answers[i])), append(low, point(lower[i])), append(high, point(upper[i]))
		if lower[i] <= actual[i] && actual[i] <= upper[i] {
			in = append(in, point(actual[i]))
		} else {
			out = append(out, point(actual[i]))
		}
	}
	if err := style.AddArea(p, low, high, style.Faint(style.Blue, 45)); err != nil {
		return err
	}
	if err := style.AddLine(p, "", line, style.Solid(style.Blue)); err != nil {
		return err
	}
	if err := style.AddDots(p, in, style.Dot(style.Ink, 1.6)); err != nil {
		return err
	}
	p.HideX()
	p.X.Label.Text = "test rows by their prediction"
	return style.AddDots(p, out, style.Dot(style.Orange, 2.2))
}
