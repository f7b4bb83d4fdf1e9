package figures

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/rank"
	"example.com/engine/results"
)

var residuals = Figure{
	Title:   "Residuals",
	Caption: "Actual minus predicted on the test rows: against the prediction, and how often. A pattern on the left is something that the model does not know yet.",
	Width:   9 * vg.Inch, Height: Tall(4 * vg.Inch),
	Section: "predictions",
	Applies: regression,
	Draw: func(d *Data, most int) (Grid, error) {
		rest := d.Residuals()
		left, err := residualScatter(d, d.Predictions.Column("predicted").Floats, rest, most)
		if err != nil {
			return nil, err
		}
		right, err := style.Histogram("", "residual "+d.targetUnit(), rest, style.Blue)
		return Grid{{left, right}}, err
	},
}

func residualScatter(d *Data, answers, rest []float64, most int) (*plot.Plot, error) {
	p := style.NewPlot("", "predicted "+d.Label(d.Schema.Target), "residual "+d.targetUnit())
	p.Add(style.Grid())
	err := addCloud(p, answers, rest, most)
	zero := plotter.NewFunction(func(float64) float64 { return 0 })
	zero.Color, zero.Width = style.Orange, vg.Points(1.2)
	p.Add(zero)
	return p, err
}

var predicted = Figure{
	Title:   "Predicted against actual",
	Caption: "Each point is a test row. On the line the prediction is exact.",
	Width:   5.2 * vg.Inch, Height: Tall(4.8 * vg.Inch),
	Section: "predictions",
	Applies: regression,
	Draw: func(d *Data, most int) (Grid, error) {
		actual, answers := d.Predictions.Column("actual").Floats, d.Predictions.Column("predicted").Floats
		label := d.Label(d.Schema.Target)
		p := style.NewPlot("", "actual "+label, "predicted "+label)
		p.Add(style.Grid())
		lo := math.Min(floats.Min(actual), floats.Min(answers))
		hi := math.Max(floats.Max(actual), floats.Max(answers))
		return One(p), errors.Join(
			addCloud(p, actual, answers, most),
			style.AddLine(p, "", plotter.XYs{{X: lo, Y: lo}, {X: hi, Y: hi}}, style.Stroke(style.Orange, 1.2)))
	},
}

// addCloud draws rows as points that are seen through, so that a crowd is darker.
func addCloud(p *plot.Plot, x, y []float64, most int) error {
	return style.AddDots(p, pointsOf(x, y, Thin(len(x), most)), style.Dot(style.Faint(style.Blue, 90), 1.4))
}

var residualMap = Figure{
	Title:   "Residuals by place",
	Caption: "Actual minus predicted of the test rows where they lie: orange is worth more than predicted, blue less. Patches of one colour are places that the model does not know yet.",
	Width:   6.6 * vg.Inch, Height: Tall(6 * vg.Inch),
	Section: "predictions",
	Applies: mapped,
	Draw: func(d *Data, most int) (Grid, error) {
		z := d.Residuals()
		colors := restColors(z)
		// The largest are drawn last, so that none hides, those of a colour together.
		return drawMap(d, d.Test, z, most, colors, 1.7, func(a, b float64) int {
			i, j := colors.Step(a), colors.Step(b)
			return cmp.Or(cmp.Compare(max(i, style.Steps-1-i), max(j, style.Steps-1-j)), cmp.Compare(i, j))
		})
	},
	Sidebar: func(d *Data) (*plot.Plot, error) {
		return colorBar("residual "+d.targetUnit(), restColors(d.Residuals())), nil
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

var intervals = Figure{
	Title:   "Intervals of some test rows",
	Caption: "Test rows in the order of their prediction (line), evenly picked, with their intervals (band) and what was true (points; orange where outside).",
	Width:   9 * vg.Inch, Height: Tall(3.6 * vg.Inch),
	Section: "intervals",
	Applies: func(d *Data) bool { return d.Intervals && regression(d) },
	Draw: func(d *Data, _ int) (Grid, error) {
		p := style.NewPlot("", "test rows by their prediction", d.Label(d.Schema.Target))
		p.Add(style.Grid())
		if d.Metrics.Coverage == nil {
			return One(p), nil
		}
		return One(p), addIntervals(p, d)
	},
}

// addIntervals draws at most 200 rows.
func addIntervals(p *plot.Plot, d *Data) error {
	column := func(name string) []float64 { return d.Predictions.Column(name).Floats }
	answers, actual, lower, upper := column("predicted"), column("actual"), column("lower"), column("upper")
	order := rank.Order(len(answers), func(a, b int) int { return cmp.Compare(answers[a], answers[b]) })
	var line, low, high, in, out plotter.XYs
	for x, at := range Thin(len(order), 200) {
		i := order[at]
		point := func(y float64) plotter.XY { return plotter.XY{X: float64(x), Y: y} }
		line, low, high = append(line, point(answers[i])), append(low, point(lower[i])), append(high, point(upper[i]))
		if lower[i] <= actual[i] && actual[i] <= upper[i] {
			in = append(in, point(actual[i]))
		} else {
			out = append(out, point(actual[i]))
		}
	}
	p.HideX()
	p.X.Label.Text = "test rows by their prediction"
	return errors.Join(
		style.AddArea(p, low, high, style.Faint(style.Blue, 45)),
		style.AddLine(p, "", line, style.Solid(style.Blue)),
		style.AddDots(p, in, style.Dot(style.Ink, 1.6)),
		style.AddDots(p, out, style.Dot(style.Orange, 2.2)))
}

var coverage = Figure{
	Title:   "Coverage",
	Caption: "The share of test rows whose target is inside their prediction interval or set, of all and by slice, with its interval. The line is the level that was asked for: it is kept on average, and not in every slice.",
	Width:   6.6 * vg.Inch, Height: func(d *Data) vg.Length { return style.RangeHeight(len(covered(d))) },
	Section: "intervals",
	Applies: func(d *Data) bool { return d.Intervals },
	Draw: func(d *Data, _ int) (Grid, error) {
		p := style.NewPlot("", "share of rows inside", "")
		c := d.Metrics.Coverage
		if c == nil {
			return One(p), nil
		}
		return One(p), style.AddRanges(p, covered(d), c.Level)
	},
}

// covered returns the coverage of all rows and of the slices, worst first.
func covered(d *Data) []style.Range {
	var list []style.Range
	for _, s := range d.Metrics.Slices {
		for _, part := range s.Slices {
			if part.Inside != nil && part.Inside.Bounded() {
				list = append(list, style.Range{Name: results.Words(s.By) + " " + results.SliceName(part.Name), Estimate: part.Inside.Estimate, Low: part.Inside.Low, High: part.Inside.High})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b style.Range) int { return cmp.Compare(a.Estimate, b.Estimate) })
	list = list[:min(len(list), slicesDrawn)]
	if c := d.Metrics.Coverage; c != nil && c.Inside.Bounded() {
		list = append([]style.Range{{Name: "all test rows", Estimate: c.Inside.Estimate, Low: c.Inside.Low, High: c.Inside.High}}, list...)
	}
	return list
}
