package figures

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/results"
)

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
			if part.Inside != nil {
				list = append(list, style.Range{Name: results.Words(s.By) + " " + results.SliceName(part.Name), Estimate: part.Inside.Estimate, Low: part.Inside.Low, High: part.Inside.High})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b style.Range) int { return cmp.Compare(a.Estimate, b.Estimate) })
	list = list[:min(len(list), slicesDrawn)]
	if c := d.Metrics.Coverage; c != nil {
		list = append([]style.Range{{Name: "all test rows", Estimate: c.Inside.Estimate, Low: c.Inside.Low, High: c.Inside.High}}, list...)
	}
	return list
}
