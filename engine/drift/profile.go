// Package drift tells whether two tables come from the same distribution: the
// one a model was trained on, of which it keeps a [Profile], and another, such
// as what a server was asked.
package drift

import (
	"fmt"
	"math/bits"
	"slices"

	"example.com/engine/sketch"
	"example.com/engine/table"
)

const (
	maxPoints  = 500   // of a number, in a Profile
	maxLevels  = 1000  // of a category, in a Profile
	maxCounted = 10000 // levels that are told apart while counting
)

// Profile sums up a table: each column's distribution in some kilobytes,
// whatever the number of rows.
type Profile struct {
	Rows    int       `json:"rows"`
	Columns []*Column `json:"columns"`
	// Prediction is what the model answered, for training rows by models that
	// had not seen them; nil if it is not known.
	Prediction *Column `json:"prediction,omitempty"`
}

// Column sums up one column. A time is taken as a number, its seconds since
// 1970, and so is a text, its length in bytes, beside what it holds.
type Column struct {
	Name  string `json:"name"`
	Kind  Kind   `json:"kind"`
	Count int    `json:"count"` // of values that are not null
	Nulls int    `json:"nulls"` // values that are not finite among them

	// Of numbers; nil without values. Std is over Count.
	Min  *float64 `json:"min,omitempty"`
	Max  *float64 `json:"max,omitempty"`
	Mean *float64 `json:"mean,omitempty"`
	Std  *float64 `json:"std,omitempty"`
	// Quantiles are at the shares QuantileShares.
	Quantiles []float64 `json:"quantiles,omitempty"`
	// Points are the distribution in at most 500 points. A share of values at
	// or below a number is off by at most 1/498 + 1 %, and by nothing where
	// there are at most 500 different ones.
	Points sketch.Points `json:"-"`
	// Blur is by how much a share of values at or below a number may be off in
	// the points; 0 where they are the values themselves.
	Blur float64 `json:"blur,omitempty"`

	// Of categories: the 1000 most frequent, how many values others have, and
	// how many values came once.
	Levels []sketch.Level `json:"levels,omitempty"`
	Others int            `json:"others,omitempty"`
	Once   int            `json:"once,omitempty"`

	// Hashed sums up all categories if Levels does not hold them all, and all
	// texts. Profiles of older models have none.
	Hashed *sketch.Hashed `json:"hashed,omitempty"`
	// Grams count one to three bytes in a row of each text, drawn by the number of
	// its row, by their hash. One each, so that they are as many draws that do not
	// depend on each other, and chi-squared holds.
	Grams []float64 `json:"-"`
}

// QuantileShares are those of Column.Quantiles.
var QuantileShares = []float64{0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99}

// Kind is how a column is compared.
type Kind string

// The kinds.
const (
	Number   Kind = "number"
	Category Kind = "category"
	Time     Kind = "time"
	Text     Kind = "text"
)

func kindOf(k table.Kind) Kind { return [...]Kind{Number, Category, Time, Text}[k] }

// Column returns the column of that name, or nil.
func (p *Profile) Column(name string) *Column {
	for _, c := range p.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Drop takes columns out.
func (p *Profile) Drop(names []string) {
	p.Columns = slices.DeleteFunc(p.Columns, func(c *Column) bool { return slices.Contains(names, c.Name) })
}

// SetPrediction makes the column of that name, if there is one, the prediction.
func (p *Profile) SetPrediction(name string) {
	if c := p.Column(name); c != nil {
		p.Prediction = c
		p.Drop([]string{name})
	}
}

// Validate tells in an error whether a profile that was read is damaged.
func (p *Profile) Validate() error {
	all := p.Columns
	if p.Prediction != nil {
		all = append(slices.Clone(all), p.Prediction)
	}
	for _, c := range all {
		sum := c.Points.Count()
		if len(c.Points.Values) != len(c.Points.Weights) || c.Kind != Category && sum != float64(c.Count) {
			return fmt.Errorf("the profile of column %q has %d points that stand for %v of %d values", c.Name, len(c.Points.Values), sum, c.Count)
		}
		if h := c.Hashed; h != nil && !(h.Valid(c.Count) && (c.Kind != Text || len(c.Grams) == gramBuckets)) {
			return fmt.Errorf("the profile of column %q has hashed counts that are not of its %d values", c.Name, c.Count)
		}
	}
	return nil
}

// NullShare is the share of nulls, 0 without rows.
func (c *Column) NullShare() float64 {
	return float64(c.Nulls) / float64(max(1, c.Count+c.Nulls))
}

// Arrays returns what is too large for a head that a person reads, by name.
func (p *Profile) Arrays() map[string]any {
	all := map[string]any{}
	add := func(name string, c *Column) {
		if c != nil && c.Kind != Category {
			all[name+"/values"], all[name+"/weights"] = &c.Points.Values, &c.Points.Weights
		}
		if c != nil && c.Hashed != nil {
			all[name+"/buckets"], all[name+"/hashes"], all[name+"/counts"] = &c.Hashed.Buckets, &c.Hashed.Hashes, &c.Hashed.Counts
		}
		if c != nil && c.Hashed != nil && c.Kind == Text {
			all[name+"/grams"] = &c.Grams
		}
	}
	for i, c := range p.Columns {
		add(fmt.Sprint(i), c)
	}
	add("prediction", p.Prediction)
	return all
}

// Sample keeps some rows of a table of any length: those whose number has a
// hash below a bound, which is halved when they are too many. The same rows are
// kept each time.
type Sample struct {
	most   int
	seen   int
	halved int
	rows   []int // numbers of those in kept
	kept   *table.Table
}

// NewSample returns a Sample of most rows at most, of a longer table at least
// half as many.
func NewSample(most int) *Sample { return &Sample{most: most} }

// Add offers the next rows.
func (s *Sample) Add(t *table.Table) {
	var take []int
	for i := range t.Len() {
		if s.keeps(s.seen + i) {
			take = append(take, i)
			s.rows = append(s.rows, s.seen+i)
		}
	}
	s.seen += t.Len()
	chunk := t.Take(take).Compact()
	if s.kept == nil {
		s.kept = chunk
	} else if len(take) > 0 {
		s.kept = table.Concat(s.kept, chunk)
	}
	for len(s.rows) > s.most {
		s.halve()
	}
}

func (s *Sample) keeps(row int) bool {
	return bits.LeadingZeros64(sketch.Mix(uint64(row)+0x9e3779b97f4a7c15)) >= s.halved
}

func (s *Sample) halve() {
	s.halved++
	var take, rows []int
	for i, row := range s.rows {
		if s.keeps(row) {
			take, rows = append(take, i), append(rows, row)
		}
	}
	s.kept, s.rows = s.kept.Take(take).Compact(), rows
}

// Table returns the rows kept, nil if none was offered.
func (s *Sample) Table() *table.Table { return s.kept }
