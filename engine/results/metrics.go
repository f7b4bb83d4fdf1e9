package results

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"example.com/engine/metrics"
)

// Metrics is what the stage evaluate tells of the candidate on test rows.
type Metrics struct {
	Task       metrics.Task                `json:"task"`
	Target     string                      `json:"target"`
	Unit       string                      `json:"unit,omitempty"`
	Positive   string                      `json:"positive,omitempty"` // of two classes, that of precision, recall and curves
	Classes    []Class                     `json:"classes,omitempty"`
	Metric     string                      `json:"metric"` // the one that decides
	Model      string                      `json:"model"`  // SHA-256 of the model file
	Rows       int                         `json:"rows"`
	Unanswered int                         `json:"unanswered,omitempty"` // further test rows, which a served model would refuse or are of a class that it does not know
	Level      float64                     `json:"level"`                // of the intervals
	Test       map[string]metrics.Interval `json:"test"`
	Baseline   Scores                      `json:"baseline"` // of the dummy, on the same rows
	Coverage   *Coverage                   `json:"coverage,omitempty"`
	Slices     []Slicing                   `json:"slices"`
}

// Resampling says what the interval of the deciding metric resamples; it is empty if
// there is none.
func (m Metrics) Resampling() string {
	if i := m.Test[m.Metric]; i.Bounded() && i.Kind != "" {
		return i.Resampling()
	}
	return ""
}

// Class is how one class fares on the test rows.
type Class struct {
	Name      string  `json:"name"`
	Rows      int     `json:"rows"`      // that are of it
	Predicted int     `json:"predicted"` // rows that are said to be
	Precision float64 `json:"precision"` // share of those that are
	Recall    float64 `json:"recall"`    // share of its rows that are said to be
	F1        float64 `json:"f1"`

	Inside *metrics.Interval `json:"inside,omitempty"` // share of its rows whose set has it
}

// ClassWarnings says of each class that no row is predicted to be of it, though some are, and that its rows are surely
// within their sets more seldom than the level says, which a large class hides in the share of all rows.
func (m Metrics) ClassWarnings() []string {
	var out []string
	for _, c := range m.Classes {
		if c.Predicted == 0 && c.Rows > 0 {
			out = append(out, fmt.Sprintf("no test row is predicted to be %q, though %s of %s are", c.Name, Count(c.Rows), Count(m.Rows)))
		}
		if c.Inside != nil && c.Inside.Bounded() && c.Inside.High < m.Coverage.Level {
			out = append(out, fmt.Sprintf("%s sets hold %q for %s of the %s test rows that are of it", Percent(m.Coverage.Level), c.Name,
				Percent(c.Inside.Estimate), Count(c.Rows)))
		}
	}
	return out
}

// MetricWords is the name of a metric as a person would write it, with the class that it is of: recall of churned. A class
// without a letter is quoted: recall of "1". Positive is empty where there are no two classes.
func MetricWords(name, positive string) string {
	m, err := metrics.Lookup(name)
	switch {
	case err != nil || positive == "" || !m.OfPositive():
		return Words(name)
	case !strings.ContainsFunc(positive, unicode.IsLetter):
		positive = strconv.Quote(positive)
	}
	return Words(name) + " of " + positive
}

// Deciding is the deciding metric in words.
func (m Metrics) Deciding() string { return MetricWords(m.Metric, m.Positive) }

// Slicing is the metrics on parts of the test rows, those with the worst
// deciding metric first.
type Slicing struct {
	By     string  `json:"by"` // a column, or target, or prediction
	Slices []Slice `json:"slices"`
	Small  []Small `json:"small,omitempty"`
}

// Slice is the metrics on a part of the rows. What is undefined there, as the
// ROC AUC of rows of one class, is left out.
type Slice struct {
	Name     string            `json:"name"`
	Rows     int               `json:"rows"`
	Deciding *metrics.Interval `json:"deciding,omitempty"` // the deciding metric
	Scores   Scores            `json:"scores"`
	Inside   *metrics.Interval `json:"inside,omitempty"` // rows within their prediction interval or set
	Size     float64           `json:"size,omitempty"`   // mean width of the intervals, or classes in the sets
}

// Small is a part with too few rows to be measured.
type Small struct {
	Name string `json:"name"`
	Rows int    `json:"rows"`
}

// Coverage tells how prediction intervals, or sets of classes, do on test rows.
type Coverage struct {
	Method string  `json:"method"`
	Score  string  `json:"score"`
	Level  float64 `json:"level"`       // share of rows that is to be inside
	Rows   int     `json:"calibration"` // that the intervals were calibrated on
	// Promise says for which rows the level is meant, if not for those drawn as the training rows were.
	Promise string           `json:"promise,omitempty"`
	Inside  metrics.Interval `json:"inside"` // of the test rows
	Size    float64          `json:"size"`   // mean width, or mean number of classes
}

// Scores are metrics by name. What is not finite is left out: JSON can't hold
// it.
type Scores map[string]float64

// Score measures d by each metric.
func Score(d metrics.Data, list []metrics.Metric) Scores {
	scores := Scores{}
	for _, m := range list {
		if v := m.Score(d); !math.IsNaN(v) && !math.IsInf(v, 0) {
			scores[m.Name] = v
		}
	}
	return scores
}

// Feedback is what the program feedback tells: how the champion does on the
// rows that it was asked, as far as their truth is known.
type Feedback struct {
	Task        metrics.Task      `json:"task"`
	Target      string            `json:"target"`
	Unit        string            `json:"unit,omitempty"`
	Positive    string            `json:"positive,omitempty"` // of two classes
	Metric      string            `json:"metric"`             // the one that decides
	Model       string            `json:"model"`              // SHA-256 of the champion's file
	Truth       int               `json:"truth"`              // rows of the file with a target
	Rows        int               `json:"rows"`               // of them, that the champion answered
	OtherModels int               `json:"other_models"`
	Unknown     int               `json:"unknown"`            // not in the log
	Repeated    int               `json:"repeated,omitempty"` // answers to a name that was answered before: the last counts
	Skipped     int               `json:"skipped,omitempty"`  // lines of the log that are none
	Level       float64           `json:"level"`              // of the intervals
	Metrics     []LiveMetric      `json:"metrics"`
	Worse       *Worse            `json:"worse,omitempty"`  // of the deciding metric
	Inside      *metrics.Interval `json:"inside,omitempty"` // rows within their prediction interval or set
	InsideLevel float64           `json:"inside_level,omitempty"`
}

// LiveMetric is a metric on what the champion was asked, and on its test rows
// where that is known.
type LiveMetric struct {
	Name    string            `json:"name"`
	Greater bool              `json:"greater,omitempty"` // greater is better
	Live    metrics.Interval  `json:"live"`
	Test    *metrics.Interval `json:"test,omitempty"`
}

// Worse is by how much a metric is worse than on the test rows, as a share of
// that; negative where it is better.
type Worse struct {
	Estimate float64 `json:"estimate"`
	Surely   float64 `json:"surely"` // at the end of the interval that is best for the model
}

// Retraining is whether the champion is to be trained again, and why.
type Retraining struct {
	Retrain bool     `json:"retrain"`
	Model   string   `json:"model"` // SHA-256 of the champion's file
	Rows    int      `json:"rows"`  // that it was asked, as far as they are kept
	Reasons []string `json:"reasons"`
}
