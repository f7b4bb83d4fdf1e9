package figures

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

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
	rowsOf := map[string]int{}
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
			rowsOf[o.name] = rows
			list = append(list, o)
		}
	}
	slices.SortStableFunc(list, func(a, b one) int { return cmp.Compare(rowsOf[b.name], rowsOf[a.name]) })
	return list[:min(len(list), curvesDrawn)]
}

var roc = Figure{
	Title:   "ROC and precision-recall curves",
	Caption: "What each threshold on the probability of a class gives on the test rows, the class against all others. Left: a model that knows nothing is on the diagonal. Right: one that knows nothing is as precise as the class is frequent (dotted).",
	Width:   9 * vg.Inch, Height: Tall(4 * vg.Inch),
	Section: "predictions",
	Applies: classification,
	Draw: func(d *Data, _ int) (Grid, error) {
		left := style.NewPlot("", "false positive rate", "true positive rate")
		right := style.NewPlot("", "recall"+d.ofClass(), "precision"+d.ofClass())
		left.Add(style.Grid())
		right.Add(style.Grid())
		err := style.AddLine(left, "", diagonal, style.Dotted(style.Grey))
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
			auc := fmt.Sprintf("%s (AUC %.3f)", o.name, metrics.ROCAUC(o.y, o.proba, nil))
			ap := fmt.Sprintf("%s (AP %.3f)", o.name, metrics.AveragePrecision(o.y, o.proba, nil))
			err = errors.Join(err,
				style.AddLine(left, auc, a, style.Solid(style.Series[k])),
				style.AddLine(right, ap, b, style.Solid(style.Series[k])),
				style.AddLine(right, "", plotter.XYs{{X: 0, Y: share}, {X: 1, Y: share}}, style.Dotted(style.Series[k])))
		}
		for _, p := range []*plot.Plot{left, right} {
			unitSquare(p)
			p.Legend.Left = p == right
			p.Legend.XOffs, p.Legend.YOffs = vg.Points(6), vg.Points(6)
			if !p.Legend.Left {
				p.Legend.XOffs = -vg.Points(6)
			}
		}
		return Grid{{left, right}}, err
	},
}

// diagonal is where both axes say the same.
var diagonal = plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}}

// unitSquare shows all shares.
func unitSquare(p *plot.Plot) {
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1.01
}

var calibration = Figure{
	Title:   "Calibration",
	Caption: "Test rows in tenths by their probability of a class: the mean probability against the share of rows that are of it. On the diagonal, 80 % sure means right four times in five; the band is the interval of each share, if rows are independent. Right: how often each probability is given.",
	Width:   9 * vg.Inch, Height: Tall(4 * vg.Inch),
	Section: "predictions",
	Applies: classification,
	Draw: func(d *Data, _ int) (Grid, error) {
		left := style.NewPlot("", "mean probability"+d.ofClass(), "share of rows")
		left.Add(style.Grid())
		err := style.AddLine(left, "", diagonal, style.Dotted(style.Grey))
		right := style.NewPlot("", "probability"+d.ofClass(), "rows")
		right.Add(style.Grid())
		top := 0.0
		for k, o := range onesOf(d) {
			points, low, high := reliability(o, d.Metrics.Level)
			for i := range points {
				top = max(top, points[i].X, high[i].Y)
			}
			err = errors.Join(err, style.AddBand(left, o.name, points, low, high, k), addSteps(right, o, k))
		}
		if unitSquare(left); top < 0.5 { // of rare classes all is near 0
			left.X.Max, left.Y.Max = 1.05*top, 1.05*top
		}
		left.Legend.Top, left.Legend.Left, left.Legend.XOffs, left.Legend.YOffs = true, true, vg.Points(6), -vg.Points(6)
		right.X.Min, right.X.Max, right.Y.Min = 0, 1, 0
		return Grid{{left, right}}, err
	},
}

// reliability is the share of rows that are of the class by tenths of its
// probability, with Wilson's intervals of the level.
func reliability(o one, level float64) (points, low, high plotter.XYs) {
	for _, p := range metrics.CalibrationCurveByQuantiles(o.y, o.proba, nil, 10) {
		from, to := metrics.Wilson(p.Observed, p.Weight, level)
		points = append(points, plotter.XY{X: p.Predicted, Y: p.Observed})
		low = append(low, plotter.XY{X: p.Predicted, Y: from})
		high = append(high, plotter.XY{X: p.Predicted, Y: to})
	}
	return points, low, high
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
	return style.AddLine(p, "", points, style.Solid(style.Series[ink]))
}

var confusion = Figure{
	Title:   "Confusion matrix",
	Caption: "Test rows by their class, a line each, and by the class predicted, a column each; shaded by the share of the line. Right answers lie on the diagonal.",
	Width:   5.6 * vg.Inch, Height: func(d *Data) vg.Length {
		return vg.Length(len(d.Model.Classes))*0.45*vg.Inch + 1.6*vg.Inch
	},
	Section: "predictions",
	Applies: classification,
	Draw: func(d *Data, _ int) (Grid, error) {
		classes := d.Model.Classes
		p := style.NewPlot("", "predicted", "actual")
		counts := metrics.Confusion(codesOf(d, "actual"), codesOf(d, "predicted"), nil)
		p.Add(cells{padded(counts, len(classes))})
		columns, lines := make([]string, len(classes)), make([]string, len(classes))
		for k, c := range classes { // the first line is the topmost
			columns[k], lines[len(classes)-1-k] = style.Cut(c, 60/len(classes)), style.Cut(c, style.LegendRunes)
		}
		p.NominalX(columns...)
		p.NominalY(lines...)
		return One(p), nil
	},
}

// codesOf returns the class codes of a column of the predictions.
func codesOf(d *Data, name string) []float64 {
	code := map[string]float64{}
	for k, class := range d.Model.Classes {
		code[class] = float64(k)
	}
	c := d.Predictions.Column(name)
	out := make([]float64, c.Len())
	for i, k := range c.Codes {
		out[i] = code[c.Levels[k]]
	}
	return out
}

// padded adds the last classes, which no row was of or taken for.
func padded(m metrics.ConfusionMatrix, k int) metrics.ConfusionMatrix {
	out := make(metrics.ConfusionMatrix, k)
	for i := range out {
		out[i] = make([]float64, k)
		if i < len(m) {
			copy(out[i], m[i])
		}
	}
	return out
}

// cells draws a confusion matrix, a square a cell with its count.
type cells struct{ counts metrics.ConfusionMatrix }

// Plot implements plot.Plotter.
func (m cells) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	k := len(m.counts)
	for i, line := range m.counts {
		total := floats.Sum(line)
		row := float64(k - 1 - i)
		for j, n := range line {
			share := n / max(total, 1)
			left, right, low, high := x(float64(j)-0.48), x(float64(j)+0.48), y(row-0.48), y(row+0.48)
			c.FillPolygon(shade(share), []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}})
			style := draw.TextStyle{Color: style.Ink, Font: style.Sans(10, false), XAlign: text.XCenter, YAlign: text.YCenter, Handler: p.Title.TextStyle.Handler}
			if share > 0.55 {
				style.Color = color.White
			}
			c.FillText(style, vg.Point{X: x(float64(j)), Y: y(row)}, fmt.Sprintf("%g", n))
		}
	}
}

// DataRange implements plot.DataRanger.
func (m cells) DataRange() (xmin, xmax, ymin, ymax float64) {
	edge := float64(len(m.counts)) - 0.5
	return -0.5, edge, -0.5, edge
}

// shade goes from almost nothing to blue.
func shade(share float64) color.Color {
	return style.Faint(style.Blue, uint8(0x0c+share*0xf3))
}
