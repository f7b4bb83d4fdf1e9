package main

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/search"
)

func searched(src *sources) bool { return src.searched }

var trials = figure{
	name:    "trials",
	title:   "Search",
	caption: "The deciding metric of each trial, the mean over its folds, in the order of their numbers, and the best until then (line). Trial 0 is the configuration as it stood.",
	width:   6.2 * vg.Inch, height: tall(3 * vg.Inch),
	applies: searched,
	draw: func(src *sources, _ int) ([][]*plot.Plot, error) {
		p := newPlot("", "trial", words(src.search.Metric))
		p.Add(grid())
		points, best := plotter.XYs{}, plotter.XYs{}
		for _, t := range scoredTrials(src) {
			score := t.Score(src.search.Metric)
			points = append(points, plotter.XY{X: float64(t.Number), Y: score})
			if n := len(best); n > 0 {
				score = better(src, best[n-1].Y, score)
			}
			best = append(best, plotter.XY{X: float64(t.Number), Y: score})
		}
		if err := addLine(p, "", best, orange, solid); err != nil {
			return nil, err
		}
		within(p, points)
		return [][]*plot.Plot{{p}}, addDots(p, points, dot(blue, 2.4))
	},
}

// scoredTrials returns the trials with a score and the most of the resource, by
// their number.
func scoredTrials(src *sources) []*search.Trial {
	most := 0
	for _, t := range src.search.Trials {
		most = max(most, t.Budget)
	}
	list := slices.DeleteFunc(slices.Clone(src.search.Trials), func(t *search.Trial) bool {
		return t.Budget < most || math.IsNaN(t.Score(src.search.Metric))
	})
	slices.SortStableFunc(list, func(a, b *search.Trial) int { return a.Number - b.Number })
	return list
}

func better(src *sources, a, b float64) float64 {
	if src.search.Greater {
		return max(a, b)
	}
	return min(a, b)
}

// within cuts off what lies far outside, as a trial that did not learn.
func within(p *plot.Plot, points plotter.XYs) {
	var y []float64
	for _, xy := range points {
		y = append(y, xy.Y)
	}
	if slices.Sort(y); len(y) < 8 {
		return
	}
	low, high := y[len(y)/4], y[len(y)*3/4]
	reach := 4 * (high - low)
	p.Y.Min, p.Y.Max = math.Max(y[0], low-reach), math.Min(y[len(y)-1], high+reach)
	pad := 0.05 * (p.Y.Max - p.Y.Min)
	p.Y.Min, p.Y.Max = p.Y.Min-pad, p.Y.Max+pad
}

var validation = figure{
	name:    "validation",
	title:   "Validation curves",
	caption: "The trials of the search by each setting that is a number: where the best values lie, and whether the range ends too early. The other settings differ, too.",
	width:   9 * vg.Inch, height: tall(3 * vg.Inch),
	applies: searched,
	draw: func(src *sources, _ int) ([][]*plot.Plot, error) {
		var plots []*plot.Plot
		for _, c := range src.search.Columns {
			p := newPlot("", c.Path[strings.LastIndex(c.Path, ".")+1:], words(src.search.Metric))
			points := settingPoints(src, c)
			if len(points) < 3 {
				continue
			}
			p.Add(grid())
			if c.Log {
				p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
			}
			within(p, points)
			if err := addDots(p, points, dot(blue, 2.2)); err != nil {
				return nil, err
			}
			plots = append(plots, p)
		}
		if len(plots) == 0 {
			plots = []*plot.Plot{newPlot("no setting is a number", "", "")}
		}
		return inRows(plots[:min(len(plots), columnsWide)], columnsWide), nil
	},
}

// settingPoints returns the scores by the values of a setting that are numbers.
func settingPoints(src *sources, c search.Column) (points plotter.XYs) {
	for _, t := range scoredTrials(src) {
		for _, s := range t.Settings {
			if v, ok := s.Value.(float64); ok && s.Path == c.Path && (v > 0 || !c.Log) {
				points = append(points, plotter.XY{X: v, Y: t.Score(src.search.Metric)})
			}
		}
	}
	return points
}
