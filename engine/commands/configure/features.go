package configure

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/schema/infer"
)

// derivations are columns that features.yaml makes.
type derivations struct {
	names []string
	yaml  string // the steps that make them
}

// takeApart makes numbers of a date. A tree can learn what recurs each year or week
// from the parts, and a trend from the days. With seasons the days and the year
// are left out. No name of an existing column is used again.
func (d *derivations) takeApart(p plan, name string) {
	c, f := p.found.Column(name)
	taken := func(made string) bool { return p.found.Schema.Column(made) != nil || slices.Contains(d.names, made) }
	parts := slices.DeleteFunc(partsOf(c, f, p.dates), func(part string) bool { return taken(name + "_" + part) })
	d.line("# Numbers of a date, from %s to %s. Take away the parts that can't matter.",
		f.First.Format(time.DateOnly), f.Last.Format(time.DateOnly))
	if p.dates == seasons {
		d.line("# The year and the days that have gone by are left out: no training row has those of a test")
		d.line("# row, and cross-validation was better without. A year is a circle.")
	}
	if p.order.time != "" {
		d.wraps(p.dates, f)
	}
	if len(parts) > 0 {
		d.line("- date: {column: %s, parts: [%s]}", config.Quote(name), strings.Join(parts, ", "))
	}
	for _, part := range parts {
		d.names = append(d.names, name+"_"+part)
	}
	switch day, days := name+"_day_of_year", name+"_days"; {
	case p.dates != seasons && !taken(days):
		d.line("- days_since: {name: %s, column: %s, since: \"2000-01-01\"}", config.Quote(days), config.Quote(name))
		d.names = append(d.names, days)
	case p.dates == seasons && slices.Contains(d.names, day) && !taken(day+"_sin") && !taken(day+"_cos"):
		// On a circle the last day of a year is next to the first.
		d.line("- cyclic: {column: %s, period: 365.25}", config.Quote(day))
		d.line("- drop: {columns: [%s]}", config.Quote(day))
		d.names = append(slices.DeleteFunc(d.names, func(made string) bool { return made == day }), day+"_sin", day+"_cos")
	}
}

// wraps says what was decided about parts that have not come round twice in the rows.
func (d *derivations) wraps(use dateUse, f *infer.Facts) {
	span := f.Last.Sub(f.First)
	short := slices.DeleteFunc(append(slices.Clone(dateParts), "hour"), func(part string) bool { return !derive.Wraps(part, span) })
	switch {
	case len(short) == 0:
	case use == steady:
		d.line("# In %.3g days %s have not come round twice: a model can't tell there what comes again", span.Hours()/24, strings.Join(short, ", "))
		d.line("# from what goes on. They are left out unless cross-validation is 5 %% better with them. If you")
		d.line("# know that they matter, add them to the parts.")
	default:
		d.line("# In %.3g days %s have not come round twice, so that what is learned from them may be how", span.Hours()/24, strings.Join(short, ", "))
		d.line("# time goes on, and far off when they begin again. Cross-validation was better with them.")
	}
}

func (d *derivations) line(format string, args ...any) {
	d.yaml += "  " + fmt.Sprintf(format, args...) + "\n"
}

var dateParts = []string{"year", "month", "day", "weekday", "day_of_year"}

// partsOf are the parts of a date that vary.
func partsOf(c *schema.Column, f *infer.Facts, use dateUse) []string {
	parts := slices.Clone(dateParts)
	if use == seasons {
		parts = []string{"weekday", "day_of_year"}
	}
	clock := c.Layout == "" || strings.Contains(c.Layout, "15") || strings.Contains(c.Layout, "3:04")
	if clock && hasHours(f) {
		parts = append(parts, "hour")
	}
	if use == steady {
		parts = slices.DeleteFunc(parts, func(part string) bool { return derive.Wraps(part, f.Last.Sub(f.First)) })
	}
	return parts
}

// hasHours reports whether the first or the last time is not at midnight.
func hasHours(f *infer.Facts) bool {
	return f.First.Hour() != 0 || f.Last.Hour() != 0 || f.First.Minute() != 0 || f.Last.Minute() != 0
}

// featuresYAML is features.yaml: dates taken apart, columns that only the split
// reads, and the split.
func featuresYAML(p plan) []byte {
	var b bytes.Buffer
	b.WriteString("# Columns that one row is enough for, and which rows are set aside for the test.\n" +
		"# Kinds of derivations, with their settings: engine/derive; kinds of splits:\n" +
		"# engine/partition.\n\n")
	groups := p.of(isGroup)
	if p.derived.yaml != "" || len(groups) > 0 {
		b.WriteString("derive:\n" + p.derived.yaml)
		if len(groups) > 0 {
			fmt.Fprintf(&b, "  # Known for the split alone: a model that learned a value by heart would be of no use\n"+
				"  # for another. To let it learn them, take this away and name the column in model.yaml.\n"+
				"  - drop: {columns: %s}\n", config.QuoteList(groups))
		}
		b.WriteString("\n")
	}
	writeSplit(&b, p)
	return b.Bytes()
}

// writeSplit writes the section `split`.
func writeSplit(b *bytes.Buffer, p plan) {
	o := p.order
	if o.late != "" {
		fmt.Fprintf(b, "# The rows go by %s in time, but some class comes too late for a model of the rows before it.\n", config.Quote(o.late))
	}
	if o.lone != "" {
		fmt.Fprintf(b, "# Rows of one value of %s belong together, but some class has rows of too few values to be in the test\n"+
			"# rows and in the training rows. Where the model is used on new values, it is worse than on these test rows.\n", config.Quote(o.lone))
	}
	switch {
	case o.time != "":
		fmt.Fprintf(b, "# Since %s, the test rows are the latest: a model is used on what is still to come.\n", o.why)
		b.WriteString("# Where rows of all times may be asked for, write `split: random` here and take\n" +
			"# cross_validation out of model.yaml.\n")
		fmt.Fprintf(b, "split:\n  time: {column: %s, test_size: 0.2}\n", config.Quote(o.time))
		return
	case o.group != "":
		fmt.Fprintf(b, "# %s: a group is a test group or a training group, never both, as the model is used\n# on new ones. "+
			"Where it is used on these same ones, write `split: random`.\n", capital(o.why))
	case o.late == "" && o.lone == "":
		b.WriteString("# There is no column that orders the rows in time or puts them into groups; if there is,\n" +
			"# see the kinds time and group.\n")
	}
	b.WriteString(p.drawn())
	exact := ""
	if p.exact() {
		exact = ", exact: true"
	}
	switch {
	case o.group != "":
		fmt.Fprintf(b, "split:\n  group: {column: %s, test_size: 0.2%s}\n", config.Quote(o.group), exact)
	case p.task != model.Regression:
		fmt.Fprintf(b, "split:\n  stratified: {column: %s, test_size: 0.2%s}\n", config.Quote(p.target), exact)
	default:
		fmt.Fprintf(b, "split:\n  random: {test_size: 0.2%s}\n", exact)
	}
}

// From so many rows, rows of each class, and groups on, each can be drawn by
// itself: with fewer, the parts may well lack what they need.
const (
	enoughRows   = 200
	enoughClass  = 50
	enoughGroups = 50
)

// exact reports whether the table is too small for that.
func (p plan) exact() bool {
	if p.order.group != "" {
		if _, f := p.found.Column(p.order.group); f.Distinct < enoughGroups {
			return true
		}
	}
	return p.found.Rows < enoughRows || p.task != model.Regression && p.leastClass() < enoughClass
}

// leastClass is how many rows the rarest class has.
func (p plan) leastClass() int {
	least := p.found.Rows
	_, f := p.found.Column(p.target)
	for _, l := range f.Levels {
		least = min(least, l.Count)
	}
	return least
}

// drawn says what the side of a row depends on.
func (p plan) drawn() string {
	one, others, share, near := "row", "rows", "a fifth", "to the row"
	if p.order.group != "" {
		one, others, near = "group", "groups", "as near as whole groups allow"
	} else if p.task != model.Regression {
		share = "a fifth of each class"
	}
	if p.exact() {
		return fmt.Sprintf("# The table is small: `exact: true` gives the test %s, %s, but some %s can change\n"+
			"# sides when others come or go. With more of them take it away, here and in model.yaml.\n", share, near, others)
	}
	return fmt.Sprintf("# Each %s is drawn by itself and stays on its side when others come or go. The test gets %s\n"+
		"# in expectation; `exact: true` beside test_size makes it exact, but then %s can change sides.\n", one, share, others)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
