package figures

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/results"
)

// slicesDrawn is how many slices a figure shows, the worst.
const slicesDrawn = 20

var bySlice = Figure{
	Title:   "The deciding metric by slice",
	Caption: "The worst slices of the test rows, with their intervals; the line is the metric on all of them.",
	Width:   6.6 * vg.Inch, Height: func(d *Data) vg.Length { return style.RangeHeight(len(worst(d))) },
	Section: "slices",
	Draw: func(d *Data, _ int) (Grid, error) {
		m := d.Metrics
		p := style.NewPlot("", results.Words(m.Metric)+" "+d.metricUnit(), "")
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
