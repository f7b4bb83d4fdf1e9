package results

import (
	"strconv"

	"example.com/engine/explain"
)

// Explanation is what the candidate's predictions for test rows depend on, by
// the columns of the schema.
type Explanation struct {
	Metric     string        `json:"metric"`        // that importance is measured by
	Level      float64       `json:"level"`         // of its intervals
	Rows       int           `json:"rows"`          // test rows that it was measured on
	Of         int           `json:"of"`            // of so many
	Importance []Importance  `json:"importance"`    // the most important first
	Curves     []Curve       `json:"curves"`        // in the order of the schema
	Shares     *Shares       `json:"contributions"` // null if there are none
	Why        string        `json:"why,omitempty"` // there are none
	Worst      []Misjudgment `json:"worst"`         // the worst first
	CurveRows  int           `json:"curve_rows"`    // test rows that the curves are means over
}

// Importance is how much worse the metric becomes when columns are shuffled
// together.
type Importance struct {
	Columns []string `json:"columns"`
	explain.Importance
}

// Curve is how predictions change with a column. For classes there is one of
// the probability of each, or for two of the second alone.
type Curve struct {
	Column  string    `json:"column"`
	Points  []float64 `json:"points,omitempty"` // values of the column
	Levels  []string  `json:"levels,omitempty"` // instead, for a category
	Outputs []Line    `json:"outputs"`
}

// Line is the mean of the predictions at each point, and some rows' own.
type Line struct {
	Class string      `json:"class,omitempty"`
	Mean  []float64   `json:"mean"`
	Rows  [][]float64 `json:"rows,omitempty"`
}

// Shares are the contributions of columns to predictions.
type Shares struct {
	Scale   string   `json:"scale"` // see explain.Scale
	Terms   []Term   `json:"terms"`
	Outputs []Output `json:"outputs"`
	Rows    []int    `json:"rows"` // of the test rows, counted from 0
	// Values are the contributions of each row, term by term for each output
	// in turn, to six digits.
	Values [][]float64 `json:"values"`
}

// Term is a column, or several that contribute together.
type Term struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

// Output is a number that contributions add up to.
type Output struct {
	Class string  `json:"class,omitempty"`
	Base  float64 `json:"base"`
	// MeanAbs is the mean size of each term's contribution over Rows.
	MeanAbs []float64 `json:"mean_abs"`
}

// Misjudgment is a test row whose prediction is far off.
type Misjudgment struct {
	Row  int     `json:"row"`  // counted from 0
	Loss float64 `json:"loss"` // absolute error, or minus the logarithm of the class's probability
	// Contributions are those of the terms to what was predicted, or nil.
	Contributions []float64 `json:"contributions,omitempty"`
}

// Six rounds to six significant digits, to keep files small where more say
// nothing.
func Six(v float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return rounded
}
