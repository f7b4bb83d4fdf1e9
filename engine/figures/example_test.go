package figures_test

import (
	"gonum.org/v1/plot/plotter"

	"example.com/engine/figures"
	"example.com/engine/figures/style"
)

// A file of src/own/figures: does the model err by the age of a house? Draw returns a
// plot of gonum, here in the style of the others. The files are
// reports/figures/residuals_by_age.png and .svg.
func ExampleRegister() {
	figures.Register("residuals_by_age", figures.Figure{
		Title:   "Residuals by age",
		Caption: "Actual minus predicted of the test rows, by the age of their houses.",
		Alt:     "A cloud of test rows: the residual by the age, around a line at 0.",
		Applies: func(d *figures.Data) bool { return d.Schema.Column("housing_median_age") != nil },
		Draw: func(d *figures.Data, most int) (figures.Grid, error) {
			age, residual := d.Test.Column("housing_median_age").Floats, d.Residuals()
			p := style.NewPlot("", d.Label("housing_median_age"), "residual")
			p.Add(style.Grid())
			var points plotter.XYs
			for _, i := range figures.Thin(len(age), most) {
				points = append(points, plotter.XY{X: age[i], Y: residual[i]})
			}
			return figures.One(p), style.AddDots(p, points, style.Dot(style.Blue, 1.4))
		},
	})
}
