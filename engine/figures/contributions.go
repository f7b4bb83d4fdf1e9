package figures

import (
	"cmp"
	"errors"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/rank"
	"example.com/engine/results"
	"example.com/engine/table"
)

var contributions = Figure{
	Title:   "Contributions to predictions",
	Caption: "What each column adds to a prediction, by Shapley values: a point is a test row. Yellow rows have a high value of the column, blue ones a low one; grey stands for several columns together, or for what has no order.",
	Width:   7.6 * vg.Inch, Height: func(d *Data) vg.Length { return 0.34*vg.Inch*vg.Length(len(weighty(d))) + 0.8*vg.Inch },
	Section: "explanation",
	Applies: func(d *Data) bool { return d.Task != "multiclass" },
	Empty:   func(d *Data) bool { return d.Explanation.Shares == nil },
	Draw:    drawContributions,
}

// weighty returns the places of the terms that contribute most, the largest
// first.
func weighty(d *Data) []int {
	s := d.Explanation.Shares
	if s == nil {
		return nil
	}
	size := make([]float64, len(s.Terms))
	for _, o := range s.Outputs {
		floats.Add(size, o.MeanAbs)
	}
	order := rank.Order(len(size), func(a, b int) int { return cmp.Compare(size[b], size[a]) })
	return order[:min(len(order), termsDrawn)]
}

// drawContributions draws a swarm a term.
func drawContributions(d *Data, _ int) (Grid, error) {
	s := d.Explanation.Shares
	p := style.NewPlot("", "contribution to "+d.scale(), "")
	if s == nil {
		return One(p), nil
	}
	p.Add(style.Grid())
	terms := weighty(d)
	derived, err := d.Model.Derive.Apply(d.Test)
	if err != nil {
		return nil, err
	}
	err = style.AddLine(p, "", plotter.XYs{{X: 0, Y: -0.6}, {X: 0, Y: float64(len(terms)) - 0.4}}, style.Solid(style.Grey))
	names := make([]string, len(terms))
	groups := map[int]plotter.XYs{}
	for line, k := range terms {
		y := float64(len(terms) - 1 - line)
		names[len(terms)-1-line] = style.Cut(results.Words(s.Terms[k].Name), style.NameRunes)
		colour := ranks(derived.Column(s.Terms[k].Name), s.Rows)
		values := make([]float64, len(s.Rows))
		for i := range values {
			values[i] = s.Values[i][k]
		}
		for i, up := range swarm(values) {
			c := -1
			if colour != nil && colour[i] >= 0 {
				c = int(colour[i] * swarmColors)
			}
			groups[c] = append(groups[c], plotter.XY{X: values[i], Y: y + up})
		}
	}
	scale := style.NewScale(style.Viridis, 0, swarmColors-1)
	for c := -1; c < swarmColors; c++ {
		colour, _ := scale.At(float64(c))
		if c < 0 {
			colour = style.Grey
		}
		err = errors.Join(err, style.AddDots(p, groups[c], style.Dot(colour, 1.5)))
	}
	p.NominalY(names...)
	p.Y.Min, p.Y.Max = -0.6, float64(len(terms))-0.4
	pad := 0.01 * (p.X.Max - p.X.Min)
	p.X.Min, p.X.Max = p.X.Min-pad, p.X.Max+pad
	return One(p), err
}

const swarmColors = 12

// swarm returns how far each point moves aside, at most 0.4, so that points of
// like value stand beside each other and a crowd is wide.
func swarm(values []float64) []float64 {
	const bins = 80
	low, high := slices.Min(values), slices.Max(values)
	if !(high > low) {
		high = low + 1
	}
	bin := func(v float64) int { return min(int((v-low)/(high-low)*bins), bins-1) }
	counts := make([]int, bins)
	for _, v := range values {
		counts[bin(v)]++
	}
	most := slices.Max(counts)
	step := min(0.8/float64(most), 0.08)
	placed, up := make([]int, bins), make([]float64, len(values))
	for i, v := range values {
		b := bin(v)
		n := placed[b]
		placed[b]++
		up[i] = float64((n+1)/2) * step // 0, up, down, further up …
		if n%2 == 1 {
			up[i] = -up[i]
		}
	}
	return up
}

// ranks returns the rank among the rows, from 0 to below 1, of each row's value
// of a column of numbers; -1 for null, nil if it is no such column.
func ranks(c *table.Column, rows []int) []float64 {
	if c == nil || c.Kind != table.Float {
		return nil
	}
	values, present := make([]float64, len(rows)), 0.0
	for k, i := range rows {
		values[k] = c.Floats[i]
		if !c.IsNull(i) {
			present++
		}
	}
	out := rank.Lowest(values) // null is NaN, above all
	for k, i := range rows {
		out[k] /= present
		if c.IsNull(i) {
			out[k] = -1
		}
	}
	return out
}

// scale names what contributions add up to.
func (d *Data) scale() string {
	s := d.Explanation.Shares
	if s == nil {
		return ""
	}
	switch class := style.Cut(s.Outputs[0].Class, style.LegendRunes); s.Scale {
	case "target":
		return d.Label(d.Schema.Target)
	case "log":
		return "the logarithm of " + results.Words(d.Schema.Target)
	case "log1p":
		return "the logarithm of 1 + " + results.Words(d.Schema.Target)
	case "log_odds":
		return "the log-odds of " + class
	case "probability":
		return "the probability of " + class
	}
	return "the score"
}

var contributionsByClass = Figure{
	Title:   "Contributions to predictions",
	Caption: "The mean size of what each column adds to the score or the probability of each class, by Shapley values, over test rows.",
	Width:   6.6 * vg.Inch, Height: func(d *Data) vg.Length { return 0.36*vg.Inch*vg.Length(len(weighty(d))) + 0.8*vg.Inch },
	Section: "explanation",
	Applies: func(d *Data) bool { return d.Task == "multiclass" },
	Empty:   contributions.Empty,
	Draw: func(d *Data, _ int) (Grid, error) {
		p := style.NewPlot("", "mean size of the contribution", "")
		s := d.Explanation.Shares
		if s == nil {
			return One(p), nil
		}
		p.Add(style.Grid())
		terms := weighty(d)
		slices.Reverse(terms)
		names := make([]string, len(terms))
		width := vg.Points(16 / float64(len(s.Outputs)))
		for c, o := range s.Outputs {
			values := plotter.Values{}
			for k, term := range terms {
				values, names[k] = append(values, o.MeanAbs[term]), style.Cut(results.Words(s.Terms[term].Name), style.NameRunes)
			}
			b, err := plotter.NewBarChart(values, width)
			if err != nil {
				return nil, err
			}
			b.Horizontal, b.Color, b.LineStyle.Width = true, style.Series[c%len(style.Series)], 0
			b.Offset = width * vg.Length(float64(len(s.Outputs)-1)/2-float64(c))
			p.Add(b)
			p.Legend.Add(style.Cut(o.Class, style.LegendRunes), b)
		}
		p.NominalY(names...)
		return One(p), nil
	},
}
