package infer

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"example.com/engine/schema"
	"example.com/engine/sketch"
)

// Role says why a column is of no use to a model as it is.
type Role string

// The roles. None is an ordinary column.
const (
	ID        Role = "id"        // names the row
	Constant  Role = "constant"  // one value, or none at all
	Duplicate Role = "duplicate" // holds what another column holds
	FreeText  Role = "text"      // words
)

// Facts are what was found in a column. Figures of numbers are NaN if it has none.
type Facts struct {
	Role        Role
	DuplicateOf string
	Recodes     string // column whose values these rename one to one
	Rows, Nulls int
	Distinct    int            // of values; about 1 % off beyond 16,384
	Unique      bool           // no value comes twice; beyond 16,384 judged by a sample
	Rising      bool           // numbers or times never fall from row to row
	Whole       bool           // all are whole numbers, be they written 12 or 12.0
	Levels      []sketch.Level // the most frequent first; nil beyond 1000

	Min, Max, Mean, Median, P01, P99, Skewness float64 // of numbers, sentinels among them
	First, Last                                time.Time

	Sentinels []sketch.Level // numbers that look like "not known"
	Odd       []sketch.Level // strings among numbers or times
	Notes     []Note         // in the order of the guesses
}

// Note says why a key of a column is as it is.
type Note struct{ Key, Text string }

func (f *Facts) note(key, format string, args ...any) {
	f.Notes = append(f.Notes, Note{key, fmt.Sprintf(format, args...)})
}

// decide turns what was seen into a schema.
func (i *Inference) decide(columns []*observed, target string) {
	i.Nulls = commonNulls(columns)
	for _, o := range columns {
		c, f := o.guess(i.Nulls)
		i.Schema.Columns = append(i.Schema.Columns, c)
		i.Facts = append(i.Facts, f)
	}
	i.findDuplicates(columns)
	i.Schema.Target = target
	if target == "" {
		i.Schema.Target = columns[len(columns)-1].name
		i.Notes = append(i.Notes, fmt.Sprintf("target: %q is a guess: the last column", i.Schema.Target))
	}
	if header := i.headless(); header {
		i.Notes = append(i.Notes, "the names of the columns look like data: does the first line name the columns?")
	}
	if i.Rows < 100 {
		i.Notes = append(i.Notes, fmt.Sprintf("%d rows are few to guess from", i.Rows))
	}
}

// headless reports whether every name is a number.
func (i *Inference) headless() bool {
	return !slices.ContainsFunc(i.Schema.Columns, func(c schema.Column) bool {
		return strings.Trim(c.Name, "0123456789.-+eE") != ""
	})
}

// commonNulls are the markers that mean null in every column that has them.
func commonNulls(columns []*observed) []string {
	null, value := map[string]bool{}, map[string]bool{}
	for _, o := range columns {
		for _, l := range o.markers.Levels() {
			if o.isNull(l.Value) {
				null[l.Value] = true
			} else {
				value[l.Value] = true
			}
		}
	}
	var all []string
	for m := range null {
		if !value[m] {
			all = append(all, m)
		}
	}
	slices.Sort(all)
	return all
}

// isNull reports whether a marker means null in this column.
func (o *observed) isNull(marker string) bool {
	if !markers[marker] || o.values() == 0 || o.isNumber() || o.isTime() {
		return true
	}
	if marker == "NA" || marker == "na" { // Namibia, among codes of two letters
		return o.shape.gone || o.longest > 2
	}
	return false
}

func (o *observed) values() int { return o.numbers + o.oddCount }

// mostly reports whether n of all values are enough to take the rest for
// mistakes: all except 2 in 100, or all except a few strings that recur.
func (o *observed) mostly(n int) bool {
	rest := o.values() - n
	few := o.odd.Others() == 0 && len(o.odd.Levels()) <= 3 && 2*n > o.values() && rest > len(o.odd.Levels())
	return n > 0 && (rest*50 <= o.values() || few)
}

func (o *observed) isNumber() bool {
	return o.numbers > 0 && 20*o.padded <= o.numbers && o.mostly(o.numbers) && !o.isCompactDate()
}

func (o *observed) isCompactDate() bool {
	return o.numbers >= 10 && o.eights == o.numbers && o.oddCount == 0
}

func (o *observed) isTime() bool {
	_, fits, _, _ := o.times.best()
	return o.isCompactDate() || fits > 0 && o.numbers*50 <= fits && o.oddCount-fits <= fits/50
}

// guess describes the column.
func (o *observed) guess(common []string) (schema.Column, Facts) {
	c := schema.Column{Name: o.name}
	f := Facts{Rows: o.rows, Distinct: o.distinct.Count(), Rising: o.rising}
	repeated, _ := o.distinct.Repeated()
	f.Unique = repeated == 0 && o.values() > 1
	f.Min, f.Max, f.Mean, f.Median = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	f.P01, f.P99, f.Skewness = math.NaN(), math.NaN(), math.NaN()
	o.guessNulls(&c, &f, common)
	switch {
	case o.values() == 0:
		c.Type = schema.Text
		f.Role = Constant
		f.note("type", "no values at all: drop it")
		allowNulls(&c, &f)
	case o.isNumber():
		o.guessNumber(&c, &f)
	case o.isTime():
		o.guessTime(&c, &f)
	default:
		o.guessText(&c, &f)
	}
	if f.Distinct == 1 && f.Nulls == 0 {
		f.Role = Constant
		f.note("name", "one value in all rows: of no use to a model")
	}
	if f.Role == "" || f.Role == FreeText {
		o.guessID(&c, &f)
	}
	if f.Role == "" && c.Type == schema.Time && f.Rising && f.Distinct > 1 {
		f.note("type", "never before the row above; ordered: true would hold new rows to that")
	}
	return c, f
}

func (o *observed) guessNulls(c *schema.Column, f *Facts, common []string) {
	f.Nulls = o.blanks
	if o.levels != nil {
		f.Levels = o.levels.Levels()
	}
	for _, l := range o.markers.Levels() {
		switch {
		case !o.isNull(l.Value):
			f.Levels = append(f.Levels, l)
			f.Distinct++
			f.Unique = f.Unique && l.Count == 1
			f.note("nulls", "%q is taken for a value here; if it means null, add it to nulls", l.Value)
		default:
			f.Nulls += l.Count
			if !slices.Contains(common, l.Value) {
				c.Nulls = append(c.Nulls, l.Value)
			}
		}
	}
	if f.Levels != nil {
		slices.SortStableFunc(f.Levels, func(a, b sketch.Level) int { return b.Count - a.Count })
	}
}

// guessOdd settles what is among numbers or times without being one.
func (o *observed) guessOdd(c *schema.Column, f *Facts, fits int, what string) {
	rest := o.values() - fits
	if rest == 0 {
		return
	}
	for _, l := range o.odd.Levels() {
		if _, ok := parseTime(l.Value, c.Layout); c.Type != schema.Time || !ok {
			f.Odd = append(f.Odd, l)
		}
	}
	if o.odd.Others() == 0 && len(f.Odd) <= 5 && c.Type != schema.Time {
		for _, l := range f.Odd {
			c.Nulls = append(c.Nulls, l.Value)
			f.Nulls += l.Count
		}
		f.note("nulls", "texts among %s, read as null: %s", what, levelList(f.Odd))
		return
	}
	f.Nulls += rest
	c.Severities = map[string]schema.Severity{"type": schema.Warning}
	f.note("severities", "%d values are no %s, as %s; they become null, with a warning", rest, what, levelList(f.Odd))
}

func levelList(levels []sketch.Level) string {
	var all []string
	for _, l := range levels[:min(5, len(levels))] {
		all = append(all, fmt.Sprintf("%q (%d)", l.Value, l.Count))
	}
	if len(levels) > 5 {
		all = append(all, "…")
	}
	return strings.Join(all, ", ")
}

// allowNulls makes a column with nulls nullable, with room for half as many
// again.
func allowNulls(c *schema.Column, f *Facts) {
	if f.Nulls == 0 {
		return
	}
	c.Nullable = true
	share := float64(f.Nulls) / float64(f.Rows)
	most := min(1, math.Ceil(150*share+5)/100)
	c.MaxNullShare = &most
	warn(c, "null_share")
	f.note("max_null_share", "%d of %d rows are null: %.3g %%", f.Nulls, f.Rows, 100*share)
}

// warn makes the check a warning.
func warn(c *schema.Column, check string) {
	if c.Severities == nil {
		c.Severities = map[string]schema.Severity{}
	}
	c.Severities[check] = schema.Warning
}
