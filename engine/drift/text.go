package drift

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText writes the report as a table for a terminal, with the alarms and
// notes below it.
func (r *Report) WriteText(w io.Writer) error {
	fmt.Fprintf(w, "%s (%d rows) against %s (%d rows)\n\n", r.Current.Name, r.Current.Rows, r.Reference.Name, r.Reference.Rows)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "column\tkind\tpsi\tjensen-shannon\twasserstein\ttest\tp\tq\tnulls\twas\tunseen\tdrift")
	for i := range r.Columns {
		fmt.Fprintln(t, strings.Join(r.Columns[i].cells(), "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if m := r.Multivariate; m != nil {
		fmt.Fprintf(w, "\nall columns together: AUC %s (%s to %s), q %s\n", short(m.AUC), short(m.Low), short(m.High), short(m.Test.Q))
	}
	unjudged := r.Unjudged()
	if len(r.Alarms)+len(r.Notes)+len(unjudged) > 0 {
		fmt.Fprintln(w)
	}
	if blur := r.blur(); blur > 0 {
		fmt.Fprintf(w, "p and q of numbers allow for the error of the sketches that are compared, up to %s of a share; in brackets p without\n", percent(blur))
	}
	for _, a := range r.Alarms {
		fmt.Fprintf(w, "%s: %s\n", a.Severity, a)
	}
	for _, n := range unjudged {
		fmt.Fprintf(w, "not judged: %s\n", n)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(w, "note: %s\n", n)
	}
	return nil
}

// blur is the greatest of all columns.
func (r *Report) blur() float64 {
	most := 0.0
	for i := range r.Columns {
		most = max(most, r.Columns[i].Blur)
	}
	return most
}

func (c *Comparison) cells() []string {
	name := c.Column
	if c.Role != Feature && string(c.Role) != c.Column {
		name += " (" + string(c.Role) + ")"
	}
	cells := []string{name, string(c.Kind), optional(c.PSI), optional(c.JensenShannon), optional(c.Wasserstein), "", "", ""}
	if t := c.Distribution; t != nil {
		cells[5], cells[6], cells[7] = t.Short()+" "+short(t.Statistic), short(t.P), short(t.Q)
		if t.Plain != nil {
			cells[6] += " (" + short(*t.Plain) + ")"
		}
	}
	verdict := "no"
	switch {
	case len(c.Alarms) > 0:
		var kinds []string
		for _, a := range c.Alarms {
			kinds = append(kinds, a.Kind)
		}
		verdict = strings.Join(kinds, ", ")
	case !c.Judged:
		verdict = "not judged"
	}
	unseen := ""
	if c.UnseenShare > 0 {
		unseen = percent(c.UnseenShare)
	}
	return append(cells, percent(c.Current.NullShare), percent(c.Reference.NullShare), unseen, verdict)
}

func optional(v *float64) string {
	if v == nil {
		return "-"
	}
	return short(*v)
}
