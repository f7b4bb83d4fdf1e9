package model

import (
	"fmt"
	"slices"

	"example.com/engine/metrics"
	"example.com/engine/table"
)

// SliceSettings says for which parts of the test rows the metrics are shown
// besides all of them: those of each category, and those of like target and of
// like prediction.
type SliceSettings struct {
	// Columns are numbers to slice by too, in bins of as many rows each.
	Columns []string `yaml:"columns"`
	Bins    int      `yaml:"bins" validate:"gte=2"`
	MinRows int      `yaml:"min_rows" validate:"gte=1"` // a slice with fewer says little and is only counted
}

// DefaultSlices are quintiles of at least 30 rows.
func DefaultSlices() SliceSettings { return SliceSettings{Bins: 5, MinRows: 30} }

// mostLevels is how many categories a column may have: more are names.
const mostLevels = 50

// Slicing parts rows by one of their properties.
type Slicing struct {
	By     string // a column, or "target", "prediction" or "confidence"
	Groups []metrics.Group
}

// Slicings parts the rows of t, whose answers and truth are given.
func (m *Model) Slicings(t *table.Table, answers Prediction, truth []float64, s SliceSettings) ([]Slicing, error) {
	list := m.byAnswer(answers, truth, s.Bins)
	for _, c := range t.Columns() {
		if c.Kind == table.Category && c.Name != m.Schema.Target && len(c.Levels) <= mostLevels {
			list = append(list, Slicing{c.Name, metrics.ByCategory(c.Codes, c.Levels)})
		}
	}
	for _, name := range s.Columns {
		c := t.Column(name)
		if c == nil || c.Kind != table.Float {
			return nil, fmt.Errorf("evaluation.slices.columns: no number %q: there are %v", name, t.Names())
		}
		list = append(list, Slicing{name, metrics.ByBins(c.Floats, s.Bins)})
	}
	return slices.DeleteFunc(list, func(s Slicing) bool { return len(s.Groups) < 2 }), nil
}

// byAnswer parts rows by the target and by the prediction: numbers into bins,
// classes by themselves, and by the probability of the likeliest, the confidence.
func (m *Model) byAnswer(answers Prediction, truth []float64, bins int) []Slicing {
	if m.Task == Regression {
		return []Slicing{{"target", metrics.ByBins(truth, bins)}, {"prediction", metrics.ByBins(answers.Values, bins)}}
	}
	sure := make([]float64, len(truth))
	for i := range sure {
		sure[i] = slices.Max(answers.Proba.RawRowView(i))
	}
	return []Slicing{
		{"target", metrics.ByCategory(asInts(truth), m.Classes)},
		{"prediction", metrics.ByCategory(asInts(answers.Codes()), m.Classes)},
		{"confidence", metrics.ByBins(sure, bins)},
	}
}

func asInts(codes []float64) []int {
	out := make([]int, len(codes))
	for i, c := range codes {
		out[i] = int(c)
	}
	return out
}
