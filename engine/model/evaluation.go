package model

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"

	"example.com/engine/metrics"
	"example.com/engine/table"
)

// Evaluation is the part of model.yaml that says how a candidate is judged on
// the test rows.
type Evaluation struct {
	Bootstrap metrics.Bootstrap `yaml:"bootstrap"`
	// Margin is how much worse than a champion's a candidate's metric may perhaps
	// be, as a share of it; it must not be surely worse.
	Margin float64 `yaml:"margin" validate:"gte=0,lte=1"`
	// BeatBaseline keeps a candidate from becoming champion that is not better
	// than the training rows' mean or most frequent class.
	BeatBaseline bool          `yaml:"beat_baseline"`
	Slices       SliceSettings `yaml:"slices"`
	// Explanation says how much is asked about what predictions depend on.
	Explanation ExplanationSettings `yaml:"explanation"`
}

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

// DefaultEvaluation accepts a candidate that is at most one percent worse, and
// better than the baseline.
func DefaultEvaluation() Evaluation {
	return Evaluation{Bootstrap: metrics.NewBootstrap(), Margin: 0.01, BeatBaseline: true, Slices: DefaultSlices(), Explanation: DefaultExplanation()}
}

// DecidingMetric returns the metric of that name, or the task's default for an
// empty one.
func DecidingMetric(task Task, name string) (metrics.Metric, error) {
	if name == "" {
		return metrics.All(task)[0], nil
	}
	m, err := metrics.Lookup(name)
	if err == nil && !m.For(task) {
		err = fmt.Errorf("metric %q is not for a %s task", name, task)
	}
	return m, err
}

// Metrics returns the metrics of the task that reports show, the deciding one
// among them, and others by name that are not of every task, as cost_1_20. Names
// of no metric are passed over.
func Metrics(task Task, deciding metrics.Metric, others ...string) []metrics.Metric {
	list := metrics.All(task)
	for _, name := range append([]string{deciding.Name}, others...) {
		m, err := metrics.Lookup(name)
		if name == deciding.Name {
			m, err = deciding, nil
		}
		if err == nil && !slices.ContainsFunc(list, func(other metrics.Metric) bool { return m.Name == other.Name }) {
			list = append([]metrics.Metric{m}, list...)
		}
	}
	return list
}

// Metrics returns the deciding metric, and all that reports show.
func (c *Config) Metrics() (deciding metrics.Metric, all []metrics.Metric, err error) {
	if deciding, err = DecidingMetric(c.Task, c.Metric); err != nil {
		return deciding, nil, err
	}
	by, _, _ := c.choosing()
	return deciding, Metrics(c.Task, deciding, by.Name), nil
}

// Metrics returns all that reports show of the model.
func (m *Model) Metrics(deciding metrics.Metric) []metrics.Metric {
	if m.Decision == nil {
		return Metrics(m.Task, deciding)
	}
	return Metrics(m.Task, deciding, m.Decision.By)
}

// Truth returns the target of t as the model codes it: numbers for a
// regression, class codes for a classification.
func (m *Model) Truth(t *table.Table) ([]float64, error) {
	c := t.Column(m.Schema.Target)
	if c == nil {
		return nil, fmt.Errorf("no target column %q: there are %v", m.Schema.Target, t.Names())
	}
	if m.Task == Regression {
		return c.Floats, nil
	}
	labels, err := Labels(c)
	if err != nil {
		return nil, err
	}
	return m.Codes(labels)
}

// Data pairs predictions with the truth for the metrics.
func (p Prediction) Data(y []float64) metrics.Data {
	if p.Proba == nil {
		return metrics.Data{Y: y, Pred: p.Values}
	}
	return metrics.Data{Y: y, Pred: p.Codes(), Proba: p.Proba}
}

// Codes returns the class that each row of a classification is answered with:
// the most probable, the first of equals, unless the model has a [Decision].
func (p Prediction) Codes() []float64 {
	if p.codes != nil {
		return p.codes
	}
	rows, _ := p.Proba.Dims()
	codes := make([]float64, rows)
	for i := range codes {
		switch row := p.Proba.RawRowView(i); {
		case p.decision == nil:
			codes[i] = float64(floats.MaxIdx(row))
		case row[1] >= p.decision.Threshold:
			codes[i] = 1
		}
	}
	return codes
}
