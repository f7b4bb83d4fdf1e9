package results

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"example.com/engine/metrics"
)

// Metrics is what the stage evaluate tells of the candidate on test rows.
type Metrics struct {
	Task     metrics.Task                `json:"task"`
	Target   string                      `json:"target"`
	Unit     string                      `json:"unit,omitempty"`
	Metric   string                      `json:"metric"` // the one that decides
	Model    string                      `json:"model"`  // SHA-256 of the model file
	Rows     int                         `json:"rows"`
	Level    float64                     `json:"level"` // of the intervals
	Test     map[string]metrics.Interval `json:"test"`
	Baseline Scores                      `json:"baseline"` // of the dummy, on the same rows
	Coverage *Coverage                   `json:"coverage,omitempty"`
	Slices   []Slicing                   `json:"slices"`
}

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
	Inside   *Share            `json:"inside,omitempty"` // rows within their prediction interval or set
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
	Inside Share   `json:"inside"`      // of the test rows
	Size   float64 `json:"size"`        // mean width, or mean number of classes
}

// Share is a part of some rows with its uncertainty.
type Share struct {
	Estimate float64 `json:"estimate"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// NewShare returns the share of count in rows, which is at least 1, with the
// interval of Wilson (1927), which is right also near 0 and 1.
func NewShare(count, rows int, level float64) Share {
	n, p := float64(rows), float64(count)/float64(rows)
	z := distuv.UnitNormal.Quantile((1 + level) / 2)
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	s := Share{Estimate: p, Low: centre - half, High: centre + half}
	if count == 0 {
		s.Low = 0 // and not a rounding error from it
	}
	if count == rows {
		s.High = 1
	}
	return s
}
