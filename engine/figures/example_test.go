package figures_test

import (
	"context"
	"fmt"

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

// A histogram is drawn for files and for the report.
func ExampleDraw() {
	ages := figures.Named{Name: "ages", Figure: figures.Figure{
		Title: "Ages", Caption: "Ages of the houses, in years.",
		Draw: func(*figures.Data, int) (figures.Grid, error) {
			p, err := style.Histogram("", "age", []float64{12, 15, 15, 31, 40, 52}, style.Blue)
			return figures.One(p), err
		},
	}}
	drawn, err := figures.Draw(context.Background(), []figures.Named{ages}, &figures.Data{}, func(_ int, png, svg []byte) error {
		fmt.Printf("%q %q\n", png[1:4], svg[:4])
		return nil
	})
	fmt.Println(drawn[0].Title, err)
	// Output:
	// "PNG" "<svg"
	// Ages <nil>
}
