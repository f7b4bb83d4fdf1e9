package figures

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
)

var residualMap = Figure{
	Title:   "Residuals by place",
	Caption: "Actual minus predicted of the test rows where they lie: orange is worth more than predicted, blue less. Patches of one colour are places that the model does not know yet.",
	Width:   6.6 * vg.Inch, Height: Tall(6 * vg.Inch),
	Section: "predictions",
	Applies: func(d *Data) bool { _, _, ok := coordinates(d); return ok && regression(d) },
	Draw: func(d *Data, most int) (Grid, error) {
		lon, lat, _ := coordinates(d)
		x, y, z := d.Test.Column(lon).Floats, d.Test.Column(lat).Floats, d.Residuals()
		p := style.NewPlot("", d.Label(lon), d.Label(lat))
		rows, colors := Thin(len(x), most), restColors(z)
		// The largest are drawn last, so that none hides, those of a colour together.
		slices.SortStableFunc(rows, func(a, b int) int {
			i, j := colors.Step(z[a]), colors.Step(z[b])
			return cmp.Or(cmp.Compare(max(i, style.Steps-1-i), max(j, style.Steps-1-j)), cmp.Compare(i, j))
		})
		p.Add(style.Grid())
		return One(p), addColored(p, x, y, z, rows, colors, 1.7)
	},
	Sidebar: func(d *Data) (*plot.Plot, error) {
		p := style.NewPlot("", "", "residual "+d.targetUnit())
		p.HideX()
		p.Add(&plotter.ColorBar{ColorMap: restColors(d.Residuals()), Vertical: true})
		return p, nil
	},
}

// restColors maps from blue over grey at 0 to orange, up to the 98th percentile of
// the sizes.
func restColors(rest []float64) *style.Scale {
	sizes := make([]float64, len(rest))
	for i, v := range rest {
		sizes[i] = math.Abs(v)
	}
	slices.Sort(sizes)
	reach := math.Max(sizes[len(sizes)*98/100], math.SmallestNonzeroFloat64)
	return style.NewScale(style.Diverging, -reach, reach)
}
