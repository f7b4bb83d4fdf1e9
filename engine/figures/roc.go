package figures

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
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
func onesOf(d *Data) []one {
	actual := d.Predictions.Column("actual")
	classes := d.Model.Classes
	first := 0
	if d.Task == model.Binary {
		first = 1
	}
	var list []one
	for k := first; k < len(classes); k++ {
		o := one{name: classes[k], y: make([]float64, actual.Len()), proba: d.Predictions.Column("p_" + classes[k]).Floats}
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

var roc = Figure{
	Title:   "ROC and precision-recall curves",
	Caption: "What each threshold on the probability of a class gives on the test rows, the class against all others. Left: a model that knows nothing is on the diagonal. Right: one that knows nothing is as precise as the class is frequent (dotted).",
	Width:   9 * vg.Inch, Height: Tall(4 * vg.Inch),
	Section: "predictions",
	Applies: classification,
	Draw: func(d *Data, _ int) (Grid, error) {
		left, right := style.NewPlot("", "false positive rate", "true positive rate"), style.NewPlot("", "recall", "precision")
		left.Add(style.Grid())
		right.Add(style.Grid())
		if err := style.AddLine(left, "", plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}}, style.Dotted(style.Grey)); err != nil {
			return nil, err
		}
		for k, o := range onesOf(d) {
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
			if err := style.AddLine(left, name, a, style.Solid(style.Series[k])); err != nil {
				return nil, err
			}
			name = fmt.Sprintf("%s (AP %.3f)", o.name, metrics.AveragePrecision(o.y, o.proba, nil))
			if err := style.AddLine(right, name, b, style.Solid(style.Series[k])); err != nil {
				return nil, err
			}
			if err := style.AddLine(right, "", plotter.XYs{{X: 0, Y: share}, {X: 1, Y: share}}, style.Dotted(style.Series[k])); err != nil {
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
		return Grid{{left, right}}, nil
	},
}

// unitSquare shows all shares.
func unitSquare(p *plot.Plot) {
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1.01
}
