package figures

import (
	"strconv"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/results"
)

var folds = Figure{
	Title:   "Cross-validation",
	Caption: "The deciding metric on the rows that each fold held out, their mean (line), and the metric on the test rows with its interval (band).",
	Width:   6.2 * vg.Inch, Height: Tall(3 * vg.Inch),
	Draw: func(d *Data, _ int) (Grid, error) {
		t, name := d.Training, d.Training.Metric
		p := style.NewPlot("", "fold", results.Words(name)+" "+d.metricUnit())
		var points plotter.XYs
		var names []string
		for i, f := range t.CrossValidation.Folds {
			if v, ok := f.Scores[name]; ok {
				points = append(points, plotter.XY{X: float64(i), Y: v})
			}
			names = append(names, strconv.Itoa(i+1))
		}
		if len(points) == 0 {
			return One(p), nil
		}
		s, err := plotter.NewScatter(points)
		if err != nil {
			return nil, err
		}
		s.GlyphStyle = style.Dot(style.Blue, 3.5)
		band, err := testBand(d, float64(len(names)))
		if err != nil {
			return nil, err
		}
		mean := plotter.NewFunction(func(float64) float64 { return t.CrossValidation.Mean[name] })
		mean.Color, mean.Width = style.Blue, vg.Points(1)
		p.Add(band, style.Grid(), mean, s)
		p.Legend.Add("held out in a fold", s)
		p.Legend.Add("mean of the folds", mean)
		p.Legend.Add("test interval", band)
		p.Legend.Top, p.Legend.YOffs = true, vg.Points(2)
		p.NominalX(names...)
		p.X.Min, p.X.Max = -0.5, float64(len(names))-0.5
		style.Room(p, 0.45)
		return One(p), nil
	},
}

// testBand is the interval of the deciding metric on the test rows.
func testBand(d *Data, width float64) (*plotter.Polygon, error) {
	i := d.Metrics.Test[d.Metrics.Metric]
	band, err := plotter.NewPolygon(plotter.XYs{{X: -0.5, Y: i.Low}, {X: width - 0.5, Y: i.Low}, {X: width - 0.5, Y: i.High}, {X: -0.5, Y: i.High}})
	if err != nil {
		return nil, err
	}
	band.Color, band.LineStyle.Width = style.Faint(style.Orange, 60), 0
	return band, nil
}
