package main

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var places = figure{
	name:    "map",
	title:   "Map",
	caption: "The training rows where they lie, coloured by the target.",
	width:   6.6 * vg.Inch, height: tall(6 * vg.Inch),
	applies: func(src *sources) bool { _, _, ok := coordinates(src); return ok && regression(src) },
	draw: func(src *sources, most int) ([][]*plot.Plot, error) {
		lon, lat, _ := coordinates(src)
		x, y, z := src.train.Column(lon).Floats, src.train.Column(lat).Floats, src.target().Floats
		p := newPlot("", src.label(lon), src.label(lat))
		rows := thin(len(x), most)
		// The highest values are drawn last, so that none hides.
		slices.SortStableFunc(rows, func(a, b int) int { return compare(z[a], z[b]) })
		points := make(plotter.XYs, len(rows))
		for k, i := range rows {
			points[k] = plotter.XY{X: x[i], Y: y[i]}
		}
		s, err := plotter.NewScatter(points)
		if err != nil {
			return nil, err
		}
		colors := valueColors(z)
		s.GlyphStyleFunc = func(k int) draw.GlyphStyle {
			c, _ := colors.At(z[rows[k]]) // a scale has a colour for all
			return dot(c, 1.3)
		}
		p.Add(grid(), s)
		return [][]*plot.Plot{{p}}, nil
	},
	sidebar: func(src *sources) (*plot.Plot, error) {
		p := newPlot("", "", src.label(src.schema.Target))
		p.HideX()
		p.Add(&plotter.ColorBar{ColorMap: valueColors(src.target().Floats), Vertical: true})
		return p, nil
	},
}

// coordinates finds the columns of longitude and latitude by their names.
func coordinates(src *sources) (lon, lat string, ok bool) {
	for _, pair := range [][2]string{{"longitude", "latitude"}, {"lon", "lat"}, {"lng", "lat"}} {
		if src.schema.Column(pair[0]) != nil && src.schema.Column(pair[1]) != nil {
			return pair[0], pair[1], true
		}
	}
	return "", "", false
}

// valueColors maps values from blue to yellow, between their 1st and 99th
// percentile.
func valueColors(v []float64) *scale {
	sorted := slices.Sorted(slices.Values(v))
	return newScale(viridis, sorted[len(sorted)/100], sorted[len(sorted)*99/100])
}
