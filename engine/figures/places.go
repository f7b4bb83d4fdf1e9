package figures

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"example.com/engine/figures/style"
	"example.com/engine/table"
)

var places = Figure{
	Title:   "Map",
	Caption: "The training rows where they lie, coloured by the target.",
	Width:   6.6 * vg.Inch, Height: Tall(6 * vg.Inch),
	Applies: mapped,
	Draw: func(d *Data, most int) (Grid, error) {
		z := d.Target().Floats
		// The highest values are drawn last, so that none hides.
		return drawMap(d, d.Train, z, most, valueColors(z), 1.3, cmp.Compare[float64])
	},
	Sidebar: func(d *Data) (*plot.Plot, error) {
		return colorBar(d.Label(d.Schema.Target), valueColors(d.Target().Floats)), nil
	},
}

// mapped tells whether rows lie somewhere and have values for their colours.
func mapped(d *Data) bool {
	_, _, ok := coordinates(d)
	return ok && regression(d)
}

// coordinates finds the columns of longitude and latitude by their names.
func coordinates(d *Data) (lon, lat string, ok bool) {
	for _, pair := range [][2]string{{"longitude", "latitude"}, {"lon", "lat"}, {"lng", "lat"}} {
		if d.Schema.Column(pair[0]) != nil && d.Schema.Column(pair[1]) != nil {
			return pair[0], pair[1], true
		}
	}
	return "", "", false
}

// valueColors maps values from blue to yellow, between their 1st and 99th
// percentile.
func valueColors(v []float64) *style.Scale {
	sorted := slices.Sorted(slices.Values(v))
	return style.NewScale(style.Viridis, sorted[len(sorted)/100], sorted[len(sorted)*99/100])
}

// drawMap draws at most so many rows where they lie, in the order of their values,
// each in the colour of its value.
func drawMap(d *Data, t *table.Table, values []float64, most int, colors *style.Scale, radius float64, order func(a, b float64) int) (Grid, error) {
	lon, lat, _ := coordinates(d)
	p := style.NewPlot("", d.Label(lon), d.Label(lat))
	rows := Thin(t.Len(), most)
	slices.SortStableFunc(rows, func(a, b int) int { return order(values[a], values[b]) })
	s, err := plotter.NewScatter(pointsOf(t.Column(lon).Floats, t.Column(lat).Floats, rows))
	if err != nil {
		return nil, err
	}
	s.GlyphStyleFunc = func(k int) draw.GlyphStyle {
		c, _ := colors.At(values[rows[k]]) // a scale has a colour for all
		return style.Dot(c, radius)
	}
	p.Add(style.Grid(), s)
	return One(p), nil
}

// pointsOf pairs two columns, of some rows.
func pointsOf(x, y []float64, rows []int) plotter.XYs {
	points := make(plotter.XYs, len(rows))
	for k, i := range rows {
		points[k] = plotter.XY{X: x[i], Y: y[i]}
	}
	return points
}

// colorBar is a narrow plot of the colours.
func colorBar(label string, colors *style.Scale) *plot.Plot {
	p := style.NewPlot("", "", label)
	p.HideX()
	p.Add(&plotter.ColorBar{ColorMap: colors, Vertical: true})
	return p
}
