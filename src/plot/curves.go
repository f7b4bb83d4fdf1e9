package main

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/metrics"
	"example.com/engine/model"
)

// curvesDrawn is of how many classes a figure shows a curve, the most frequent.
const curvesDrawn = 6

// one is a class against all others on the test rows.
type one struct {
	name  string
	y     []float64 // 1 for its rows
	proba []float64
}

// onesOf returns the positive class of two, or the most frequent of several.
func onesOf(src *sources) []one {
	actual := src.predictions.Column("actual")
	classes := src.facts.Model.Classes
	first := 0
	if src.task == model.Binary {
		first = 1
	}
	var list []one
	for k := first; k < len(classes); k++ {
		o := one{name: classes[k], y: make([]float64, actual.Len()), proba: src.predictions.Column("p_" + classes[k]).Floats}
		rows := 0
		for i, code := range actual.Codes {
			if actual.Levels[code] == o.name {
				o.y[i] = 1
				rows++
			}
		}
		if rows > 0 && rows < len(o.y) {
			list = append(list, o)
		}
	}
	return list[:min(len(list), curvesDrawn)]
}

var roc = figure{
	name:    "roc",
	title:   "ROC and precision-recall curves",
	caption: "What each threshold on the probability of a class gives on the test rows, the class against all others. Left: a model that knows nothing is on the diagonal. Right: one that knows nothing is as precise as the class is frequent (dotted).",
	width:   9 * vg.Inch, height: tall(4 * vg.Inch),
	about:   "predictions",
	applies: classification,
	draw: func(src *sources, _ int) ([][]*plot.Plot, error) {
		left, right := newPlot("", "false positive rate", "true positive rate"), newPlot("", "recall", "precision")
		left.Add(grid())
		right.Add(grid())
		if err := addLine(left, "", plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}}, grey, dotted); err != nil {
			return nil, err
		}
		for k, o := range onesOf(src) {
			var a, b plotter.XYs
			for _, p := range metrics.ROCCurve(o.y, o.proba, nil) {
				a = append(a, plotter.XY{X: p.FalsePositive, Y: p.TruePositive})
			}
			for _, p := range metrics.PRCurve(o.y, o.proba, nil) {
				b = append(b, plotter.XY{X: p.Recall, Y: p.Precision})
			}
			share := 0.0
			for _, y := range o.y {
				share += y / float64(len(o.y))
			}
			name := fmt.Sprintf("%s (AUC %.3f)", o.name, metrics.ROCAUC(o.y, o.proba, nil))
			if err := addLine(left, name, a, series[k], solid); err != nil {
				return nil, err
			}
			name = fmt.Sprintf("%s (AP %.3f)", o.name, metrics.AveragePrecision(o.y, o.proba, nil))
			if err := addLine(right, name, b, series[k], solid); err != nil {
				return nil, err
			}
			if err := addLine(right, "", plotter.XYs{{X: 0, Y: share}, {X: 1, Y: share}}, series[k], dotted); err != nil {
				return nil, err
			}
		}
		for _, p := range []*plot.Plot{left, right} {
			unitSquare(p)
			p.Legend.Left = p == right
			p.Legend.XOffs, p.Legend.YOffs = vg.Points(6), vg.Points(6)
			if !p.Legend.Left {
				p.Legend.XOffs = -vg.Points(6)
			}
		}
		return [][]*plot.Plot{{left, right}}, nil
	},
}

var calibration = figure{
	name:    "calibration",
	title:   "Calibration",
	caption: "Test rows in tenths by their probability of a class: the mean probability against the share of rows that are of it. On the diagonal, 80 % sure means right four times in five. Right: how often each probability is given.",
	width:   9 * vg.Inch, height: tall(4 * vg.Inch),
	about:   "predictions",
	applies: classification,
	draw: func(src *sources, _ int) ([][]*plot.Plot, error) {
		left := newPlot("", "mean probability", "share of rows")
		left.Add(grid())
		if err := addLine(left, "", plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}}, grey, dotted); err != nil {
			return nil, err
		}
		right := newPlot("", "probability", "rows")
		right.Add(grid())
		for k, o := range onesOf(src) {
			var points plotter.XYs
			for _, p := range metrics.CalibrationCurveByQuantiles(o.y, o.proba, nil, 10) {
				points = append(points, plotter.XY{X: p.Predicted, Y: p.Observed})
			}
			if err := addBand(left, o.name, points, nil, nil, k); err != nil {
				return nil, err
			}
			if err := addSteps(right, o, k); err != nil {
				return nil, err
			}
		}
		unitSquare(left)
		left.Legend.Top, left.Legend.Left, left.Legend.XOffs, left.Legend.YOffs = true, true, vg.Points(6), -vg.Points(6)
		right.X.Min, right.X.Max, right.Y.Min = 0, 1, 0
		return [][]*plot.Plot{{left, right}}, nil
	},
}

// addSteps draws the outline of a histogram of 20 bins.
func addSteps(p *plot.Plot, o one, ink int) error {
	const bins = 20
	var counts [bins]float64
	for _, v := range o.proba {
		counts[min(bins-1, int(v*bins))]++
	}
	var points plotter.XYs
	for k, n := range counts {
		points = append(points, plotter.XY{X: float64(k) / bins, Y: n}, plotter.XY{X: float64(k+1) / bins, Y: n})
	}
	return addLine(p, "", points, series[ink], solid)
}

// unitSquare shows all shares.
func unitSquare(p *plot.Plot) {
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1.01
}
