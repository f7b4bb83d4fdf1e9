package figures

import (
	"math"
	"slices"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/results"
	"example.com/engine/search"
)

func searched(d *Data) bool { return d.Searched }

var trials = Figure{
	Title:   "Search",
	Caption: "The deciding metric of each trial, the mean over its folds, in the order of their numbers, and the best until then (line). Trial 0 is the configuration as it stood.",
	Width:   6.2 * vg.Inch, Height: Tall(3 * vg.Inch),
	Applies: searched,
	Draw: func(d *Data, _ int) (Grid, error) {
		p := style.NewPlot("", "trial", results.Words(d.Search.Metric))
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
		if err := style.AddLine(p, "", best, style.Solid(style.Orange)); err != nil {
			return nil, err
		}
		style.Within(p, points)
		return One(p), style.AddDots(p, points, style.Dot(style.Blue, 2.4))
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
