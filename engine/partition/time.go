package partition

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/folds"
	"example.com/engine/selection"
	"example.com/engine/table"
)

func init() { Register("time", func() Strategy { return &Time{} }) }

// Time takes the latest rows: those after a moment, or a share of all. The
// column holds times, or numbers such as years. Rows of one moment stay
// together, so the share may come out larger. Rows without a time are
// training rows.
type Time struct {
	Column   string  `yaml:"column" json:"column" validate:"required"`
	TestSize float64 `yaml:"test_size" json:"test_size,omitempty" validate:"omitempty,gt=0,lt=1"`
	After    string  `yaml:"after" json:"after,omitempty"` // the last moment of training: 2006-01-02, RFC 3339, or a number
}

// Validate wants one of TestSize and After.
func (l *Time) Validate() error {
	if (l.TestSize == 0) == (l.After == "") {
		return config.Invalid("test_size, after", "give one of them")
	}
	return nil
}

// Needs lists the column of the times.
func (l *Time) Needs() []derive.Input {
	in := derive.Input{Setting: "column", Column: l.Column}
	if _, err := parseMoment(l.After); err == nil || l.After == "" {
		in.Kinds |= derive.Times
	}
	if _, err := strconv.ParseFloat(l.After, 64); err == nil || l.After == "" {
		in.Kinds |= derive.Numbers
	}
	return []derive.Input{in}
}

func (l *Time) String() string { return "the latest by " + l.Column }

// Divide finds the moment that parts training from test. Without a row after it
// there is an error.
func (l *Time) Divide(rows selection.Rows, cols []*table.Column, rng *rand.Rand) (*Division, error) {
	rows.Time = folds.Ranks(cols[0])
	d, err := l.cut(rows, cols[0].Kind, rng)
	if err != nil {
		return nil, err
	}
	first, nulls := -1, 0
	for i, test := range d.Test {
		switch {
		case cols[0].IsNull(i):
			nulls++
		case test && (first < 0 || rows.Time[i] < rows.Time[first]):
			first = i
		}
	}
	d.From = cols[0].String(first)
	if nulls > 0 {
		d.warn("%d rows have no %s and are training rows", nulls, l.Column)
	}
	return d, nil
}

// cut parts rows by the ranks of their times, of a column of the kind.
func (l *Time) cut(rows selection.Rows, kind table.Kind, rng *rand.Rand) (*Division, error) {
	if l.After == "" {
		return Holdout(&selection.Time{TestSize: l.TestSize}, rows, rng)
	}
	after, _ := parseMoment(l.After)
	if kind == table.Float {
		v, _ := strconv.ParseFloat(l.After, 64)
		after = folds.Order(v)
	}
	var given selection.Given
	for i, t := range rows.Time {
		if t > after {
			given.Test = append(given.Test, i)
		}
	}
	if given.Test == nil {
		return nil, fmt.Errorf("split: time: no row has a %s after %s", l.Column, l.After)
	}
	return Holdout(&given, rows, rng)
}

// wraps is a warning of the parts of the date that orders the rows which begin again
// before the training rows have seen two cycles of them; "" if there are none.
func (p Plan) wraps(name string, c *table.Column, d *Division) string {
	if c.Kind != table.Time {
		return ""
	}
	lo, hi := int64(math.MaxInt64), int64(math.MinInt64)
	for i, test := range d.Test {
		if !test && !c.IsNull(i) {
			lo, hi = min(lo, c.Times[i]), max(hi, c.Times[i])
		}
	}
	first, last := time.Unix(0, lo).UTC(), time.Unix(0, hi).UTC()
	parts := p.Derive.Wraps(name, last.Sub(first))
	if len(parts) == 0 || lo > hi {
		return ""
	}
	columns := make([]string, len(parts))
	for i, part := range parts {
		columns[i] = name + "_" + part
	}
	return fmt.Sprintf("the training rows span %.3g days, from %s to %s, in which %s has not come round twice: a model can't tell "+
		"what comes again from what goes on, and may be far off when it begins again. Take %s out of `date: {column: %s}` in "+
		"features.yaml, unless you know that it matters", last.Sub(first).Hours()/24, first.Format(time.DateOnly), last.Format(time.DateOnly),
		strings.Join(columns, ", "), strings.Join(parts, ", "), config.Quote(name))
}

func parseMoment(s string) (int64, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t, err = time.Parse(time.RFC3339, s)
	}
	return t.UnixNano(), err
}
