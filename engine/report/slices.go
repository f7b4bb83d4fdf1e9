package report

import (
	"slices"
	"strings"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
)

// Slicing is a table of the metrics by slice.
type Slicing struct {
	By      string
	Columns []string // metrics, the deciding one first
	Covered bool     // whether there are intervals
	Lines   []Line
	Small   []results.Small
}

// Line is a slice.
type Line struct {
	Name         string
	Rows         int
	Cells        []string // by Columns
	Inside, Size string   // empty without intervals
	Off          bool     // the level is surely missed
}

// metricsShown is how many metrics the tables of slices show.
const metricsShown = 4

// slicings returns the tables.
func slicings(f Facts) []Slicing {
	shown := shownMetrics(f)
	var out []Slicing
	for _, s := range f.Metrics.Slices {
		t := Slicing{By: s.By, Covered: f.Metrics.Coverage != nil, Small: s.Small}
		for _, m := range shown {
			t.Columns = append(t.Columns, results.MetricWords(m.Name, f.Metrics.Positive))
		}
		for _, part := range s.Slices {
			t.Lines = append(t.Lines, line(f, part, shown))
		}
		out = append(out, t)
	}
	return out
}

// shownMetrics are the deciding metric and the first others of the task.
func shownMetrics(f Facts) []metrics.Metric {
	deciding, err := model.DecidingMetric(f.Metrics.Task, f.Metrics.Metric)
	if err != nil {
		return nil
	}
	all := model.Metrics(f.Metrics.Task, deciding)
	others := slices.DeleteFunc(all, func(m metrics.Metric) bool { return m.Name == deciding.Name })
	return append([]metrics.Metric{deciding}, others[:min(len(others), metricsShown-1)]...)
}

func line(f Facts, part results.Slice, shown []metrics.Metric) Line {
	l := Line{Name: results.SliceName(part.Name), Rows: part.Rows}
	for k, m := range shown {
		text := ""
		if v, ok := part.Scores[m.Name]; ok {
			text = printer(m)(v)
		}
		if d := part.Deciding; k == 0 && d != nil {
			text += " (" + printer(m)(d.Low) + " to " + printer(m)(d.High) + ")"
		}
		l.Cells = append(l.Cells, text)
	}
	if part.Inside != nil {
		level := f.Metrics.Coverage.Level
		l.Inside, l.Size = results.Percent(part.Inside.Estimate), results.Number(part.Size)
		l.Off = part.Inside.High < level
	}
	return l
}

// Kind names the task in words.
func (v view) Kind() string { return kindOf(v.Metrics.Task) }

func kindOf(task metrics.Task) string {
	return map[metrics.Task]string{
		metrics.Regression: "A regression", metrics.Binary: "A binary classification", metrics.Multiclass: "A classification",
	}[task]
}

// Within names what predictions carry.
func (v view) Within() string {
	if v.Metrics.Task == metrics.Regression {
		return "intervals"
	}
	return "sets"
}

// WithinOne names what one prediction carries.
func (v view) WithinOne() string { return strings.TrimSuffix(v.Within(), "s") }

// SizeName heads the column of their sizes.
func (v view) SizeName() string {
	if v.Metrics.Task == metrics.Regression {
		return "mean width"
	}
	return "mean classes"
}
