package figures

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/results"
	"example.com/engine/search"
)

var learning = Figure{
	Title:   "Learning curve",
	Caption: "The deciding metric by the number of training rows, on the rows that each fold held out and on those learned from: mean ± standard deviation over the folds. Where the held-out scores still improve, more rows would help; where both lines have met, a richer model might.",
	Width:   6.2 * vg.Inch, Height: Tall(3.2 * vg.Inch),
	Applies: func(d *Data) bool { return d.LearningCurve },
	Draw: func(d *Data, _ int) (Grid, error) {
		p := style.NewPlot("", "training rows", d.words(d.Training.Metric)+" "+d.metricUnit())
		p.Add(style.Grid())
		var err error
		for _, line := range []struct {
			name string
			of   func(results.LearningPoint) *results.Spread
			ink  int
		}{
			{"held out in a fold", func(l results.LearningPoint) *results.Spread { return l.Held }, 0},
			{"training rows", func(l results.LearningPoint) *results.Spread { return l.Seen }, 1},
		} {
			var points, low, high plotter.XYs
			for _, l := range d.Training.LearningCurve {
				if s := line.of(l); s != nil {
					x := float64(l.Rows)
					points = append(points, plotter.XY{X: x, Y: s.Mean})
					low = append(low, plotter.XY{X: x, Y: s.Mean - s.StdDev})
					high = append(high, plotter.XY{X: x, Y: s.Mean + s.StdDev})
				}
			}
			err = errors.Join(err, style.AddBand(p, line.name, points, low, high, line.ink))
		}
		p.X.Min = 0
		p.Legend.Top = true
		style.Room(p, 0.45)
		return One(p), err
	},
}

var folds = Figure{
	Title:   "Cross-validation",
	Caption: "The deciding metric on the rows that each fold held out, their mean (line), and the metric on the test rows with its interval (band).",
	Width:   6.2 * vg.Inch, Height: Tall(3 * vg.Inch),
	Draw: func(d *Data, _ int) (Grid, error) {
		t, name := d.Training, d.Training.Metric
		p := style.NewPlot("", "fold", d.words(name)+" "+d.metricUnit())
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
		if band != nil {
			p.Add(band)
		}
		p.Add(style.Grid(), mean, s)
		p.Legend.Add("held out in a fold", s)
		p.Legend.Add("mean of the folds", mean)
		if band != nil {
			p.Legend.Add("test interval", band)
		}
		p.Legend.Top, p.Legend.YOffs = true, vg.Points(2)
		p.NominalX(names...)
		p.X.Min, p.X.Max = -0.5, float64(len(names))-0.5
		style.Room(p, 0.45)
		return One(p), nil
	},
}

// testBand is the interval of the deciding metric on the test rows; nil if there is none.
func testBand(d *Data, width float64) (*plotter.Polygon, error) {
	i := d.Metrics.Test[d.Metrics.Metric]
	if !i.Bounded() {
		return nil, nil
	}
	band, err := plotter.NewPolygon(plotter.XYs{{X: -0.5, Y: i.Low}, {X: width - 0.5, Y: i.Low}, {X: width - 0.5, Y: i.High}, {X: -0.5, Y: i.High}})
	if err != nil {
		return nil, err
	}
	band.Color, band.LineStyle.Width = style.Faint(style.Orange, 60), 0
	return band, nil
}

func searched(d *Data) bool { return d.Searched }

var trials = Figure{
	Title:   "Search",
	Caption: "The deciding metric of each trial, the mean over its folds, in the order of their numbers, and the best until then (line). Trial 0 is the configuration as it stood.",
	Width:   6.2 * vg.Inch, Height: Tall(3 * vg.Inch),
	Applies: searched,
	Draw: func(d *Data, _ int) (Grid, error) {
		p := style.NewPlot("", "trial", d.words(d.Search.Metric))
		p.Add(style.Grid())
		points, best := plotter.XYs{}, plotter.XYs{}
		for _, t := range scoredTrials(d) {
			score := t.Score(d.Search.Metric)
			points = append(points, plotter.XY{X: float64(t.Number), Y: score})
			if n := len(best); n > 0 {
				score = better(d, best[n-1].Y, score)
			}
			best = append(best, plotter.XY{X: float64(t.Number), Y: score})
		}
		err := style.AddLine(p, "", best, style.Solid(style.Orange))
		style.Within(p, points)
		return One(p), errors.Join(err, style.AddDots(p, points, style.Dot(style.Blue, 2.4)))
	},
}

// scoredTrials returns the trials with a score and the most of the resource, by
// their number.
func scoredTrials(d *Data) []*search.Trial {
	most := 0
	for _, t := range d.Search.Trials {
		most = max(most, t.Budget)
	}
	list := slices.DeleteFunc(slices.Clone(d.Search.Trials), func(t *search.Trial) bool {
		return t.Budget < most || math.IsNaN(t.Score(d.Search.Metric))
	})
	slices.SortStableFunc(list, func(a, b *search.Trial) int { return a.Number - b.Number })
	return list
}

func better(d *Data, a, b float64) float64 {
	if d.Search.Greater {
		return max(a, b)
	}
	return min(a, b)
}

var validation = Figure{
	Title:   "Validation curves",
	Caption: "The trials of the search by each setting that is a number: where the best values lie, and whether the range ends too early. The other settings differ, too.",
	Width:   9 * vg.Inch, Height: Tall(3 * vg.Inch),
	Applies: searched,
	Draw: func(d *Data, _ int) (Grid, error) {
		var plots []*plot.Plot
		var err error
		for _, c := range d.Search.Columns {
			p := style.NewPlot("", c.Path[strings.LastIndex(c.Path, ".")+1:], d.words(d.Search.Metric))
			points := settingPoints(d, c)
			if len(points) < 3 {
				continue
			}
			p.Add(style.Grid())
			if c.Log {
				p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
			}
			style.Within(p, points)
			err = errors.Join(err, style.AddDots(p, points, style.Dot(style.Blue, 2.2)))
			plots = append(plots, p)
		}
		if len(plots) == 0 {
			plots = []*plot.Plot{style.NewPlot("no setting is a number", "", "")}
		}
		return style.InRows(plots[:min(len(plots), columnsWide)], columnsWide), err
	},
}

// settingPoints returns the scores by the values of a setting that are numbers.
func settingPoints(d *Data, c search.Column) (points plotter.XYs) {
	for _, t := range scoredTrials(d) {
		for _, s := range t.Settings {
			if v, ok := s.Value.(float64); ok && s.Path == c.Path && (v > 0 || !c.Log) {
				points = append(points, plotter.XY{X: v, Y: t.Score(d.Search.Metric)})
			}
		}
	}
	return points
}
