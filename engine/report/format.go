package report

import (
	"fmt"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
)

// Row is a metric as the table shows it.
type Row struct {
	Name, Unit                  string
	Test, Low, High             string
	CV, Spread, Train, Baseline string // empty where the metric is undefined
	Better                      string // higher or lower
}

// rows returns the metrics of the task in their order.
func rows(test results.Metrics, training results.Training) []Row {
	var out []Row
	deciding, err := model.DecidingMetric(test.Task, test.Metric)
	if err != nil {
		return nil
	}
	for _, m := range model.Metrics(test.Task, deciding) {
		interval, ok := test.Test[m.Name]
		if !ok || m.Unit == metrics.TargetSquared { // its root is there, in a unit that means something
			continue
		}
		show := printer(m)
		r := Row{Name: m.Name, Unit: unit(m, test.Unit), Better: map[bool]string{true: "higher", false: "lower"}[m.Greater]}
		r.Test, r.Low, r.High = show(interval.Estimate), show(interval.Low), show(interval.High)
		cv := training.CrossValidation
		if v, ok := cv.Mean[m.Name]; ok {
			r.CV, r.Spread = show(v), show(cv.StdDev[m.Name])
		}
		if v, ok := training.Scores[m.Name]; ok {
			r.Train = show(v)
		}
		if v, ok := test.Baseline[m.Name]; ok {
			r.Baseline = show(v)
		}
		out = append(out, r)
	}
	return out
}

// printer prints a value of a metric: shares as percent, and what is zero but
// for rounding as 0.
func printer(m metrics.Metric) func(float64) string {
	if m.Unit == metrics.Share {
		return results.Percent
	}
	return func(v float64) string {
		if v < 1e-12 && v > -1e-12 {
			return "0"
		}
		return results.Number(v)
	}
}

func unit(m metrics.Metric, target string) string {
	if m.Unit == metrics.TargetUnit {
		return target
	}
	return ""
}

func shortHash(sha string) string { return sha[:min(12, len(sha))] }

func size(n int64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d B", n)
}
