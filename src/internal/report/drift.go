package report

import (
	"strings"

	"example.com/housing/src/internal/drift"
	"example.com/housing/src/internal/results"
)

// DriftLine is a column's drift as the page shows it.
type DriftLine struct {
	Name, Role      string
	Reference, Now  string // means, or numbers of categories
	NullsBefore     string
	NullsNow        string
	PSI, JS, Wasser string
	Test, Q         string
	Unseen          string
	Alarm, Unjudged bool
}

// driftLines returns the columns, those with alarms first.
func driftLines(r *drift.Report) []DriftLine {
	var alarmed, quiet []DriftLine
	for _, c := range r.Columns {
		l := DriftLine{
			Name: words(c.Column), Role: string(c.Role), Alarm: len(c.Alarms) > 0, Unjudged: !c.Judged,
			Reference: optional(c.Reference.Mean), Now: optional(c.Current.Mean),
			NullsBefore: percent(c.Reference.NullShare), NullsNow: percent(c.Current.NullShare),
			PSI: optional(c.PSI), JS: optional(c.JensenShannon), Wasser: optional(c.Wasserstein),
		}
		if c.Reference.Mean == nil && c.Reference.Distinct > 0 {
			l.Reference, l.Now = count(c.Reference.Distinct)+" categories", count(c.Current.Distinct)+" categories"
		}
		if t := c.Distribution; t != nil {
			l.Test, l.Q = t.Name+" "+results.Number(t.Statistic), results.Number(t.Q)
		}
		var unseen []string
		for _, u := range c.Unseen {
			unseen = append(unseen, u.Value)
		}
		l.Unseen = strings.Join(unseen, ", ")
		if l.Alarm {
			alarmed = append(alarmed, l)
		} else {
			quiet = append(quiet, l)
		}
	}
	return append(alarmed, quiet...)
}
