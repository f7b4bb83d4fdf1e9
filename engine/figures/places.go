package figures

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"example.com/engine/figures/style"
)

var places = Figure{
	Title:   "Map",
	Caption: "The training rows where they lie, coloured by the target.",
	Width:   6.6 * vg.Inch, Height: Tall(6 * vg.Inch),
	Applies: func(d *Data) bool { _, _, ok := coordinates(d); return ok && regression(d) },
	Draw: func(d *Data, most int) (Grid, error) {
		lon, lat, _ := coordinates(d)
		x, y, z := d.Train.Column(lon).Floats, d.Train.Column(lat).Floats, d.Target().Floats
		p := style.NewPlot("", d.Label(lon), d.Label(lat))
		rows, colors := Thin(len(x), most), valueColors(z)
		// The highest values are drawn last, so that none hides.
		slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(z[a], z[b]) })
		p.Add(style.Grid())
		return One(p), addColored(p, x, y, z, rows, colors, 1.3)
	},
	Sidebar: func(d *Data) (*plot.Plot, error) {
		p := style.NewPlot("", "", d.Label(d.Schema.Target))
		p.HideX()
		p.Add(&plotter.ColorBar{ColorMap: valueColors(d.Target().Floats), Vertical: true})
		return p, nil
	},
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

// addColored draws rows in their order, each in the colour of its value.
func addColored(p *plot.Plot, x, y, values []float64, rows []int, colors *style.Scale, radius float64) error {
	points := make(plotter.XYs, len(rows))
	for k, i := range rows {
		points[k] = plotter.XY{X: x[i], Y: y[i]}
	}
	s, err := plotter.NewScatter(points)
	if err != nil {
		return err
	}
	s.GlyphStyleFunc = func(k int) draw.GlyphStyle {
		c, _ := colors.At(values[rows[k]]) // a scale has a colour for all
		return style.Dot(c, radius)
	}
	p.Add(s)
	return nil
}
