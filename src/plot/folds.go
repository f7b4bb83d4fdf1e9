package main

import (
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

var folds = figure{
	name:    "folds",
	title:   "Cross-validation",
	caption: "The deciding metric on the rows that each fold held out, their mean (line), and the metric on the test rows with its interval (band).",
	width:   6.2 * vg.Inch, height: tall(3 * vg.Inch),
	applies: always,
	draw: func(src *sources, _ int) ([][]*plot.Plot, error) {
		t, name := src.facts.Training, src.facts.Training.Metric
		p := newPlot("", "fold", words(name)+" "+metricUnit(src))
		var points plotter.XYs
		var names []string
		for i, f := range t.CrossValidation.Folds {
			if v, ok := f.Scores[name]; ok {
				points = append(points, plotter.XY{X: float64(i), Y: v})
			}
			names = append(names, strconv.Itoa(i+1))
		}
		if len(points) == 0 {
			return [][]*plot.Plot{{p}}, nil
		}
		s, err := plotter.NewScatter(points)
		if err != nil {
			return nil, err
		}
		s.GlyphStyle = dot(blue, 3.5)
		band, err := testBand(src, float64(len(names)))
		if err != nil {
			return nil, err
		}
		mean := plotter.NewFunction(func(float64) float64 { return t.CrossValidation.Mean[name] })
		mean.Color, mean.Width = blue, vg.Points(1)
		p.Add(band, grid(), mean, s)
		p.Legend.Add("held out in a fold", s)
		p.Legend.Add("mean of the folds", mean)
		p.Legend.Add("test interval", band)
		p.Legend.Top, p.Legend.YOffs = true, vg.Points(2)
		p.NominalX(names...)
		p.X.Min, p.X.Max = -0.5, float64(len(names))-0.5
		room(p, 0.45)
		return [][]*plot.Plot{{p}}, nil
	},
}

// testBand is the interval of the deciding metric on the test rows.
func testBand(src *sources, width float64) (*plotter.Polygon, error) {
	i := src.facts.Metrics.Test[src.facts.Metrics.Metric]
	band, err := plotter.NewPolygon(plotter.XYs{{X: -0.5, Y: i.Low}, {X: width - 0.5, Y: i.Low}, {X: width - 0.5, Y: i.High}, {X: -0.5, Y: i.High}})
	if err != nil {
		return nil, err
	}
	band.Color, band.LineStyle.Width = faint(orange, 60), 0
	return band, nil
}

// room leaves a share of the height of the data above it, for the legend.
func room(p *plot.Plot, above float64) {
	span := p.Y.Max - p.Y.Min
	p.Y.Min -= 0.1 * span
	p.Y.Max += above * span
}
