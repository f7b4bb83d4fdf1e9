package figures

import (
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/results"
	"example.com/engine/search"
)

var validation = Figure{
	Title:   "Validation curves",
	Caption: "The trials of the search by each setting that is a number: where the best values lie, and whether the range ends too early. The other settings differ, too.",
	Width:   9 * vg.Inch, Height: Tall(3 * vg.Inch),
	Applies: searched,
	Draw: func(d *Data, _ int) (Grid, error) {
		var plots []*plot.Plot
		for _, c := range d.Search.Columns {
			p := style.NewPlot("", c.Path[strings.LastIndex(c.Path, ".")+1:], results.Words(d.Search.Metric))
			points := settingPoints(d, c)
			if len(points) < 3 {
				continue
			}
			p.Add(style.Grid())
			if c.Log {
				p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
			}
			style.Within(p, points)
			if err := style.AddDots(p, points, style.Dot(style.Blue, 2.2)); err != nil {
				return nil, err
			}
			plots = append(plots, p)
		}
		if len(plots) == 0 {
			plots = []*plot.Plot{style.NewPlot("no setting is a number", "", "")}
		}
		return style.InRows(plots[:min(len(plots), columnsWide)], columnsWide), nil
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
