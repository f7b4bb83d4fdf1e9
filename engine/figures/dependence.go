package figures

import (
	"cmp"
	"errors"
	"image/color"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/results"
)

// Curves of at most so many columns are drawn, in rows of dependencesWide.
const (
	dependencesDrawn = 24
	dependencesWide  = 3
)

var dependence = Figure{
	Title:   "Predictions by column",
	Caption: "What would be predicted if a column held another value and the others stayed as they are: the thick line is the mean over test rows, thin ones are rows of their own. Where columns go along with each other, part of a curve is about rows that there are none of.",
	Width:   9 * vg.Inch, Height: func(d *Data) vg.Length {
		each := 2.3 * vg.Inch
		if slices.ContainsFunc(curvesOf(d), func(c results.Curve) bool { return turned(c.Levels) }) {
			each = 2.8 * vg.Inch
		}
		return vg.Length((len(curvesOf(d))+dependencesWide-1)/dependencesWide) * each
	},
	Section: "explanation",
	Empty:   func(d *Data) bool { return len(d.Explanation.Curves) == 0 },
	Draw: func(d *Data, _ int) (Grid, error) {
		var plots []*plot.Plot
		for k, c := range curvesOf(d) {
			p, err := drawCurve(d, c)
			if err != nil {
				return nil, err
			}
			if k%dependencesWide == 0 {
				p.Y.Label.Text = d.predictedLabel()
			}
			if k > 0 || len(c.Outputs) == 1 { // one legend is enough
				p.Legend = plot.NewLegend()
			} else {
				p.Legend.Top = true
				style.Room(p, 0.2+0.16*float64(len(c.Outputs)))
			}
			plots = append(plots, p)
		}
		if len(plots) == 0 {
			plots = append(plots, style.NewPlot("", "", ""))
		}
		return style.InRows(plots, dependencesWide), nil
	},
}

func curvesOf(d *Data) []results.Curve {
	list := d.Explanation.Curves
	return list[:min(len(list), dependencesDrawn)]
}

// predictedLabel names what a curve is of.
func (d *Data) predictedLabel() string {
	switch {
	case regression(d):
		return unitOr(d.Unit(d.Schema.Target), "prediction")
	case len(d.Explanation.Curves[0].Outputs) == 1:
		return "probability of " + style.Cut(d.Explanation.Curves[0].Outputs[0].Class, style.LegendRunes)
	}
	return "probability"
}

func unitOr(unit, other string) string {
	if unit == "" {
		return other
	}
	return unit
}

// drawCurve draws the curves of a column: a line for each class, or of one
// output the mean over the rows' own.
func drawCurve(d *Data, c results.Curve) (*plot.Plot, error) {
	p := style.NewPlot(results.Words(c.Column), d.Unit(c.Column), "")
	p.Add(style.Grid())
	var err error
	for k, o := range c.Outputs {
		for _, row := range o.Rows {
			err = errors.Join(err, style.AddLine(p, "", points(c, row), style.Stroke(style.Faint(style.Blue, 130), 0.5)))
		}
		colour := style.Series[k%len(style.Series)]
		if len(c.Outputs) == 1 {
			colour = style.Orange
		}
		err = errors.Join(err, addMean(p, c, o, colour))
	}
	if c.Levels != nil {
		nameLevels(p, c.Levels)
	}
	return p, err
}

// sideBySide is how many letters there is room for below a small plot, upright how
// many over each other.
const sideBySide, upright = 28, 12

// turned tells whether the names of categories stand upright, since they would not
// fit side by side.
func turned(levels []string) bool {
	return slices.ContainsFunc(levels, func(l string) bool { return utf8.RuneCountInString(l) > sideBySide/len(levels) })
}

// nameLevels names the categories on the x axis.
func nameLevels(p *plot.Plot, levels []string) {
	names := make([]string, len(levels))
	for k, level := range levels {
		names[k] = style.Cut(level, upright)
	}
	p.NominalX(names...)
	p.X.Min, p.X.Max = -0.5, float64(len(names))-0.5
	if turned(levels) {
		p.X.Tick.Label.Rotation = math.Pi / 2
		p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = text.XRight, text.YCenter
	}
}

// addMean draws a thick line, and for categories a dot at each.
func addMean(p *plot.Plot, c results.Curve, o results.Line, colour color.Color) error {
	if err := style.AddLine(p, o.Class, points(c, o.Mean), style.Stroke(colour, 2)); err != nil || c.Levels == nil {
		return err
	}
	return style.AddDots(p, points(c, o.Mean), style.Dot(colour, 3))
}

// points pairs values with the column's, or with the places of its categories.
func points(c results.Curve, values []float64) plotter.XYs {
	out := make(plotter.XYs, len(values))
	for i, v := range values {
		out[i] = plotter.XY{X: float64(i), Y: v}
		if c.Levels == nil {
			out[i].X = c.Points[i]
		}
	}
	return out
}

// termsDrawn is how many columns the figures of explanations show, the most
// important ones.
const termsDrawn = 24

var importance = Figure{
	Title:   "Importance",
	Caption: "How much worse the deciding metric becomes when the values of a column are shuffled among test rows, with its interval. Columns on one line are shuffled together, since they tell much of each other.",
	Width:   6.6 * vg.Inch, Height: func(d *Data) vg.Length { return style.RangeHeight(len(important(d))) },
	Section: "explanation",
	Empty:   func(d *Data) bool { return len(d.Explanation.Importance) == 0 },
	Draw: func(d *Data, _ int) (Grid, error) {
		what := "rise"
		if d.deciding().Greater {
			what = "fall"
		}
		p := style.NewPlot("", what+" of "+d.words(d.Metrics.Metric)+" "+d.metricUnit(), "")
		return One(p), style.AddRanges(p, important(d), 0)
	},
}

// important is the importance of columns as intervals.
func important(d *Data) []style.Range {
	var list []style.Range
	for _, i := range d.Explanation.Importance {
		list = append(list, style.Range{Name: strings.Join(i.Columns, ", "), Estimate: i.Mean, Low: i.Low, High: i.High})
	}
	return list[:min(len(list), termsDrawn)]
}

// slicesDrawn is how many slices a figure shows, the worst.
const slicesDrawn = 20

var bySlice = Figure{
	Title:   "The deciding metric by slice",
	Caption: "The worst slices of the test rows, with their intervals; the line is the metric on all of them.",
	Width:   6.6 * vg.Inch, Height: func(d *Data) vg.Length { return style.RangeHeight(len(worst(d))) },
	Section: "slices",
	Draw: func(d *Data, _ int) (Grid, error) {
		m := d.Metrics
		p := style.NewPlot("", d.words(m.Metric)+" "+d.metricUnit(), "")
		return One(p), style.AddRanges(p, worst(d), m.Test[m.Metric].Estimate)
	},
}

// worst returns the slices of all slicings, the worst first.
func worst(d *Data) []style.Range {
	var list []results.Slice
	for _, s := range d.Metrics.Slices {
		for _, part := range s.Slices {
			if part.Deciding != nil {
				part.Name = results.Words(s.By) + " " + results.SliceName(part.Name)
				list = append(list, part)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b results.Slice) int {
		order := cmp.Compare(b.Deciding.Estimate, a.Deciding.Estimate)
		if d.deciding().Greater {
			return -order
		}
		return order
	})
	var out []style.Range
	for _, s := range list[:min(len(list), slicesDrawn)] {
		out = append(out, style.Range{Name: s.Name, Estimate: s.Deciding.Estimate, Low: s.Deciding.Low, High: s.Deciding.High})
	}
	return out
}
