package results

import "example.com/engine/metrics"

// Feedback is what the program feedback tells: how the champion does on the
// rows that it was asked, as far as their truth is known.
type Feedback struct {
	Task        metrics.Task `json:"task"`
	Target      string       `json:"target"`
	Unit        string       `json:"unit,omitempty"`
	Metric      string       `json:"metric"` // the one that decides
	Model       string       `json:"model"`  // SHA-256 of the champion's file
	Truth       int          `json:"truth"`  // rows of the file with a target
	Rows        int          `json:"rows"`   // of them, that the champion answered
	OtherModels int          `json:"other_models"`
	Unknown     int          `json:"unknown"`            // not in the log
	Repeated    int          `json:"repeated,omitempty"` // answers to a name that was answered before: the last counts
	Skipped     int          `json:"skipped,omitempty"`  // lines of the log that are none
	Level       float64      `json:"level"`              // of the intervals
	Metrics     []LiveMetric `json:"metrics"`
	Worse       *Worse       `json:"worse,omitempty"`  // of the deciding metric
	Inside      *Share       `json:"inside,omitempty"` // rows within their prediction interval or set
	InsideLevel float64      `json:"inside_level,omitempty"`
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

// Retraining is whether the champion is to be trained anew, and why.
type Retraining struct {
	Retrain bool     `json:"retrain"`
	Model   string   `json:"model"` // SHA-256 of the champion's file
	Rows    int      `json:"rows"`  // that it was asked, as far as they are kept
	Reasons []string `json:"reasons"`
}
