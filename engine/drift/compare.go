package drift

import (
	"fmt"
	"math"
	"slices"

	"example.com/engine/sketch"
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
	enough := min(ref.Count, cur.Count) >= o.Settings.MinRows
	c.Judged = enough && ref.Kind != Time && !slices.Contains(o.NotJudged, ref.Name) && o.Settings.severity(ref.Name) != Off
	if min(ref.Count+ref.Nulls, cur.Count+cur.Nulls) > 0 {
		n, m := ref.Count+ref.Nulls, cur.Count+cur.Nulls
		c.NullShare = &Test{"fisher", c.Current.NullShare - c.Reference.NullShare, sharesP(ref.Nulls, n, cur.Nulls, m), 1}
	}
	if ref.Count == 0 || cur.Count == 0 {
		return c
	}
	if ref.Kind == Category {
		c.categories(ref, cur)
	} else {
		c.numbers(ref, cur)
	}
	return c
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
	p := KolmogorovSmirnovP(max(0, d-ref.Blur-cur.Blur), ref.Count, cur.Count)
	c.Distribution = &Test{"kolmogorov_smirnov", d, p, 1}
	if ref.Std != nil && *ref.Std > 0 {
		c.Wasserstein = finite(Wasserstein(ref.Points, cur.Points) / *ref.Std)
	}
	at := edges(ref.Points)
	a, b := binned(ref.Points, at), binned(cur.Points, at)
	c.distances(a, b)
	for i, share := range shares(a) {
		bin := Bin{Reference: share, Current: shares(b)[i]}
		if i < len(at) {
			bin.Upper = &at[i]
		}
		c.Bins = append(c.Bins, bin)
	}
}

func (c *Comparison) distances(a, b []float64) {
	c.PSI, c.JensenShannon = finite(PSI(a, b)), finite(JensenShannon(a, b))
}

// categories compares levels. Those too rare for chi-squared, with less than
// five values to expect on a side, are taken together.
func (c *Comparison) categories(ref, cur *Column) {
	names, a, b := pooled(ref, cur)
	statistic, _, p := ChiSquared(a, b)
	c.Distribution = &Test{"chi_squared", statistic, p, 1}
	c.distances(a, b)
	p1, p2 := shares(a), shares(b)
	for i, name := range names {
		c.Bins = append(c.Bins, Bin{Level: name, Reference: p1[i], Current: p2[i]})
	}
	if ref.Others > 0 {
		return // what the reference does not have is not known
	}
	unseen := 0
	for _, l := range cur.Levels {
		if !ref.Knows(l.Value) {
			unseen += l.Count
			if len(c.Unseen) < 10 {
				c.Unseen = append(c.Unseen, l)
			}
		}
	}
	c.UnseenShare = float64(unseen) / float64(cur.Count)
	c.UnseenTest = &Test{"binomial", c.UnseenShare, binomialP(unseen, cur.Count, unseenShare(ref)), 1}
}

// unseenShare is the greatest share of unseen categories to expect where
// nothing changed: the share of values that came once in the reference (Good
// 1953, "The population frequencies of species"), and three standard
// deviations of it.
func unseenShare(ref *Column) float64 {
	once := float64(ref.Once)
	return min(1, (once+3*math.Sqrt(once+1))/float64(ref.Count))
}

// pooled returns counts of the same levels, the rare ones as "" at the end.
func pooled(ref, cur *Column) (names []string, a, b []float64) {
	count := func(c *Column) map[string]int {
		m := map[string]int{}
		for _, l := range c.Levels {
			m[l.Value] = l.Count
		}
		return m
	}
	inRef, inCur := count(ref), count(cur)
	all := slices.Clone(ref.Levels)
	for _, l := range cur.Levels {
		if _, ok := inRef[l.Value]; !ok {
			all = append(all, sketch.Level{Value: l.Value})
		}
	}
	n, m := float64(ref.Count), float64(cur.Count)
	restA, restB := float64(ref.Others), float64(cur.Others)
	for _, l := range all {
		x, y := float64(l.Count), float64(inCur[l.Value])
		if expected := (x + y) * min(n, m) / (n + m); expected < 5 {
			restA, restB = restA+x, restB+y
			continue
		}
		names, a, b = append(names, l.Value), append(a, x), append(b, y)
	}
	if restA+restB > 0 {
		names, a, b = append(names, ""), append(a, restA), append(b, restB)
	}
	return names, a, b
}
