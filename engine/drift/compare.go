package drift

import (
	"fmt"
	"math"
	"slices"
)

// Options say what the columns of a comparison are.
type Options struct {
	Reference, Current string // names of the tables, for the report
	Target             string // column to predict
	// NotJudged are columns that differ by nature, such as ids and dates: they
	// are compared but give no alarm about their distribution.
	NotJudged []string
	Settings  Settings
}

// Compare tells how current differs from the reference p. Judge settles what
// of it is an alarm.
func (p *Profile) Compare(current *Profile, o Options) *Report {
	r := &Report{
		Reference: Table{o.Reference, p.Rows}, Current: Table{o.Current, current.Rows},
		Settings: o.Settings, Columns: []Comparison{}, Alarms: []Alarm{},
	}
	for _, ref := range p.Columns {
		role := Feature
		if ref.Name == o.Target {
			role = Target
		}
		cur := current.Column(ref.Name)
		switch {
		case cur == nil && role == Target:
			r.Notes = append(r.Notes, fmt.Sprintf("the target %q is not in %s", ref.Name, o.Current))
		case cur == nil:
			r.missing(ref.Name, o.Settings)
		default:
			r.Columns = append(r.Columns, compare(ref, cur, role, o))
		}
	}
	if p.Prediction != nil && current.Prediction != nil {
		r.Columns = append(r.Columns, compare(p.Prediction, current.Prediction, Prediction, o))
	}
	return r
}

func (r *Report) missing(column string, s Settings) {
	severity := s.severity(column)
	if severity == Off {
		return
	}
	r.Alarms = append(r.Alarms, Alarm{column, "missing", severity, "missing in " + r.Current.Name})
}

func compare(ref, cur *Column, role Role, o Options) Comparison {
	c := Comparison{Column: ref.Name, Kind: ref.Kind, Role: role, Reference: ref.side(), Current: cur.side()}
	c.Reason = o.notJudged(ref, cur)
	c.Judged = c.Reason == ""
	if min(ref.Count+ref.Nulls, cur.Count+cur.Nulls) > 0 {
		n, m := ref.Count+ref.Nulls, cur.Count+cur.Nulls
		c.NullShare = newTest("fisher", c.Current.NullShare-c.Reference.NullShare, sharesP(ref.Nulls, n, cur.Nulls, m))
	}
	if ref.Count == 0 || cur.Count == 0 {
		return c
	}
	if ref.Kind == Category {
		c.categories(ref, cur)
	} else {
		c.numbers(ref, cur)
	}
	if ref.Kind == Text {
		c.content(ref, cur)
	}
	return c
}

// notJudged says why a column can give no alarm about its distribution; "" if it can.
func (o *Options) notJudged(ref, cur *Column) string {
	switch least := o.Settings.MinRows; {
	case o.Settings.severity(ref.Name) == Off:
		return "it is off in drift.yaml"
	case ref.Kind == Time:
		return "times go on"
	case slices.Contains(o.NotJudged, ref.Name):
		return "its values are new in every table"
	case ref.Count < least:
		return fmt.Sprintf("it has %d values in %s, and min_rows of drift.yaml is %d", ref.Count, o.Reference, least)
	case cur.Count < least:
		return fmt.Sprintf("it has %d values in %s, and min_rows of drift.yaml is %d", cur.Count, o.Current, least)
	case ref.Kind == Category && ref.hashed() == nil:
		return fmt.Sprintf("the model's file is of an older version, which counts the %d most frequent of its categories only: train it again", maxLevels)
	}
	return ""
}

func (c *Column) side() Side {
	s := Side{Count: c.Count, Nulls: c.Nulls, NullShare: c.NullShare(), Mean: c.Mean, Std: c.Std, Min: c.Min, Max: c.Max, Distinct: len(c.Levels)}
	if c.Kind != Category && c.Count > 0 {
		s.Median = finite(c.Points.Quantile(0.5))
	}
	return s
}

func (c *Comparison) numbers(ref, cur *Column) {
	d := KolmogorovSmirnov(ref.Points, cur.Points)
	// What the sketches alone may make of it is no difference: at a million rows
	// it would be a significant one.
	p := func(d float64) float64 { return KolmogorovSmirnovP(d, ref.Count, cur.Count) }
	c.Distribution = newTest("kolmogorov_smirnov", d, p(max(0, d-ref.Blur-cur.Blur)))
	if c.Blur = ref.Blur + cur.Blur; c.Blur > 0 {
		plain := p(d)
		c.Distribution.Plain = &plain
	}
	if v := ref.Points.Values; len(v) == 1 && c.Blur == 0 {
		// Where all values are one, the test above finds next to nothing.
		others := cur.Count - int(math.Round((cur.Points.Share(v[0])-cur.Points.Share(math.Nextafter(v[0], math.Inf(-1))))*float64(cur.Count)))
		c.Distribution = newTest("fisher", d, sharesP(0, ref.Count, others, cur.Count))
	}
	if ref.Std != nil && *ref.Std > 0 {
		c.Wasserstein = finite(Wasserstein(ref.Points, cur.Points) / *ref.Std)
	}
	at := edges(ref.Points)
	a, b := binned(ref.Points, at), binned(cur.Points, at)
	c.PSI, c.JensenShannon = distances(a, b)
	for i, share := range shares(a) {
		bin := Bin{Reference: share, Current: shares(b)[i]}
		if i < len(at) {
			bin.Upper = &at[i]
		}
		c.Bins = append(c.Bins, bin)
	}
}
