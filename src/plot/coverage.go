package main

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/results"
)

var coverage = figure{
	name:    "coverage",
	title:   "Coverage",
	caption: "The share of test rows whose target is inside their prediction interval or set, of all and by slice, with its interval. The line is the level that was asked for: it is kept on average, and not in every slice.",
	width:   6.6 * vg.Inch, height: func(src *sources) vg.Length { return rangeHeight(len(covered(src))) },
	about:   "intervals",
	applies: func(src *sources) bool { return src.intervals },
	draw: func(src *sources, _ int) ([][]*plot.Plot, error) {
		p := newPlot("", "share of rows inside", "")
		c := src.facts.Metrics.Coverage
		if c == nil {
			return [][]*plot.Plot{{p}}, nil
		}
		return [][]*plot.Plot{{p}}, addRanges(p, covered(src), c.Level)
	},
}

// covered returns the coverage of all rows and of the slices, worst first.
func covered(src *sources) []interval {
	var list []interval
	for _, s := range src.facts.Metrics.Slices {
		for _, part := range s.Slices {
			if part.Inside != nil {
				list = append(list, interval{words(s.By) + " " + results.SliceName(part.Name), part.Inside.Estimate, part.Inside.Low, part.Inside.High})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b interval) int { return cmp.Compare(a.estimate, b.estimate) })
	list = list[:min(len(list), rangesDrawn)]
	if c := src.facts.Metrics.Coverage; c != nil {
		list = append([]interval{{"all test rows", c.Inside.Estimate, c.Inside.Low, c.Inside.High}}, list...)
	}
	return list
}

var intervals = figure{
	name:    "intervals",
	title:   "Intervals of some test rows",
	caption: "Test rows in the order of their prediction (line), evenly picked, with their intervals (band) and what was true (points; orange where outside).",
	width:   9 * vg.Inch, height: tall(3.6 * vg.Inch),
	about:   "intervals",
	applies: func(src *sources) bool { return src.intervals && regression(src) },
	draw: func(src *sources, _ int) ([][]*plot.Plot, error) {
		p := newPlot("", "test rows by their prediction", src.label(src.schema.Target))
		p.Add(grid())
		if src.facts.Metrics.Coverage == nil {
			return [][]*plot.Plot{{p}}, nil
		}
		return [][]*plot.Plot{{p}}, addIntervals(p, src)
	},
}

// addIntervals draws at most 200 rows.
func addIntervals(p *plot.Plot, src *sources) error {
	column := func(name string) []float64 { return src.predictions.Column(name).Floats }
	answers, actual, lower, upper := column("predicted"), column("actual"), column("lower"), column("upper")
	order := make([]int, len(answers))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compare(answers[a], answers[b]) })
	var line, low, high, in, out plotter.XYs
	for x, at := range thin(len(order), 200) {
		i := order[at]
		point := func(y float64) plotter.XY { return plotter.XY{X: float64(x), Y: y} }
		line, low, high = append(line, point(answers[i])), append(low, point(lower[i])), append(high, point(upper[i]))
		if lower[i] <= actual[i] && actual[i] <= upper[i] {
			in = append(in, point(actual[i]))
		} else {
			out = append(out, point(actual[i]))
		}
	}
	if err := addArea(p, low, high, faint(blue, 45)); err != nil {
		return err
	}
	if err := addLine(p, "", line, blue, solid); err != nil {
		return err
	}
	if err := addDots(p, in, dot(ink, 1.6)); err != nil {
		return err
	}
	p.HideX()
	p.X.Label.Text = "test rows by their prediction"
	return addDots(p, out, dot(orange, 2.2))
}

var bySlice = figure{
	name:    "slices",
	title:   "The deciding metric by slice",
	caption: "The worst slices of the test rows, with their intervals; the line is the metric on all of them.",
	width:   6.6 * vg.Inch, height: func(src *sources) vg.Length { return rangeHeight(len(worst(src))) },
	about:   "slices",
	applies: always,
	draw: func(src *sources, _ int) ([][]*plot.Plot, error) {
		m := src.facts.Metrics
		p := newPlot("", words(m.Metric)+" "+metricUnit(src), "")
		return [][]*plot.Plot{{p}}, addRanges(p, worst(src), m.Test[m.Metric].Estimate)
	},
}

// worst returns the slices of all slicings, the worst first.
func worst(src *sources) []interval {
	var list []results.Slice
	for _, s := range src.facts.Metrics.Slices {
		for _, part := range s.Slices {
			if part.Deciding != nil {
				part.Name = words(s.By) + " " + results.SliceName(part.Name)
				list = append(list, part)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b results.Slice) int {
		order := compare(b.Deciding.Estimate, a.Deciding.Estimate)
		if deciding(src).Greater {
			return -order
		}
		return order
	})
	var out []interval
	for _, s := range list[:min(len(list), rangesDrawn)] {
		out = append(out, interval{s.Name, s.Deciding.Estimate, s.Deciding.Low, s.Deciding.High})
	}
	return out
}
