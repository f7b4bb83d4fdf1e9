package figures

import (
	"strings"

	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/results"
)

// termsDrawn is how many columns the figures of explanations show, the most
// important ones.
const termsDrawn = 24

var importance = Figure{
	Title:   "Importance",
	Caption: "How much worse the deciding metric becomes when the values of a column are dealt out anew among test rows, with its interval. Columns on one line are shuffled together, since they tell much of each other.",
	Width:   6.6 * vg.Inch, Height: func(d *Data) vg.Length { return style.RangeHeight(len(important(d))) },
	Section: "explanation",
	Empty:   func(d *Data) bool { return len(d.Explanation.Importance) == 0 },
	Draw: func(d *Data, _ int) (Grid, error) {
		what := "rise"
		if d.deciding().Greater {
			what = "fall"
		}
		p := style.NewPlot("", what+" of "+results.Words(d.Metrics.Metric)+" "+d.metricUnit(), "")
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
