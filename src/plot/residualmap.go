package main

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var residualMap = figure{
	name:    "residual_map",
	title:   "Residuals by place",
	caption: "Actual minus predicted of the test rows where they lie: orange is worth more than predicted, blue less. Patches of one colour are places that the model does not know yet.",
	width:   6.6 * vg.Inch, height: tall(6 * vg.Inch),
	about:   "predictions",
	applies: func(src *sources) bool { _, _, ok := coordinates(src); return ok && regression(src) },
	draw: func(src *sources, most int) ([][]*plot.Plot, error) {
		lon, lat, _ := coordinates(src)
		x, y, z := src.test.Column(lon).Floats, src.test.Column(lat).Floats, rests(src)
		p := newPlot("", src.label(lon), src.label(lat))
		rows := thin(len(x), most)
		// The largest are drawn last, so that none hides, those of a colour together.
		colors := restColors(z)
		slices.SortStableFunc(rows, func(a, b int) int {
			i, j := colors.step(z[a]), colors.step(z[b])
			return cmp.Or(cmp.Compare(max(i, scaleSteps-1-i), max(j, scaleSteps-1-j)), cmp.Compare(i, j))
		})
		points := make(plotter.XYs, len(rows))
		for k, i := range rows {
			points[k] = plotter.XY{X: x[i], Y: y[i]}
		}
		s, err := plotter.NewScatter(points)
		if err != nil {
			return nil, err
		}
		s.GlyphStyleFunc = func(k int) draw.GlyphStyle {
			c, _ := colors.At(z[rows[k]]) // a scale has a colour for all
			return dot(c, 1.7)
		}
		p.Add(grid(), s)
		return [][]*plot.Plot{{p}}, nil
	},
	sidebar: func(src *sources) (*plot.Plot, error) {
		p := newPlot("", "", "residual "+unit(src))
		p.HideX()
		p.Add(&plotter.ColorBar{ColorMap: restColors(rests(src)), Vertical: true})
		return p, nil
	},
}

// rests returns actual minus predicted of the test rows.
func rests(src *sources) []float64 {
	actual, answers := src.predictions.Column("actual").Floats, src.predictions.Column("predicted").Floats
	rest := make([]float64, len(actual))
	for i := range rest {
		rest[i] = actual[i] - answers[i]
	}
	return rest
}

// restColors maps from blue over grey at 0 to orange, up to the 98th percentile of
// the sizes.
func restColors(rest []float64) *scale {
	sizes := make([]float64, len(rest))
	for i, v := range rest {
		sizes[i] = math.Abs(v)
	}
	slices.Sort(sizes)
	reach := math.Max(sizes[len(sizes)*98/100], math.SmallestNonzeroFloat64)
	return newScale(around, -reach, reach)
}
