package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"example.com/engine/model"
	"example.com/engine/schema/infer"
)

// writeFeatures writes features.yaml: dates taken apart, columns that only the
// split reads, and the split.
func (s *studied) writeFeatures() {
	var b bytes.Buffer
	b.WriteString("# Columns that one row is enough for, and which rows are set aside for the test.\n" +
		"# Kinds of derivations, with their settings: engine/derive; kinds of splits:\n" +
		"# engine/partition.\n")
	s.derived = nil
	var derive bytes.Buffer
	for _, name := range s.of(isDate) {
		s.writeDate(&derive, name)
	}
	if groups := s.of(isGroup); len(groups) > 0 {
		fmt.Fprintf(&derive, "  # Known for the split alone: a model that learned a value by heart would be of no use\n"+
			"  # for another. To let it learn them, take this away and name the column in model.yaml.\n")
		fmt.Fprintf(&derive, "  - drop: {columns: %s}\n", quotedAll(groups))
	}
	if derive.Len() > 0 {
		b.WriteString("\nderive:\n")
		b.Write(derive.Bytes())
	}
	b.WriteString("\n")
	s.writeSplit(&b)
	s.files["configs/features.yaml"] = b.Bytes()
}

// writeDate takes a date apart. What comes anew each year or week a tree can
// learn from the parts; how time goes on, from the days.
func (s *studied) writeDate(b *bytes.Buffer, name string) {
	_, f := s.Column(name)
	parts := []string{"year", "month", "day", "weekday", "day_of_year"}
	if s.seasons {
		parts = []string{"weekday", "day_of_year"}
	}
	if c, _ := s.Column(name); c.Layout == "" || strings.Contains(c.Layout, "15") || strings.Contains(c.Layout, "3:04") {
		if hasHours(f) {
			parts = append(parts, "hour")
		}
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return s.taken(name + "_" + part) })
	fmt.Fprintf(b, "  # Numbers of a date, from %s to %s. Take away the parts that can't matter.\n",
		f.First.Format("2006-01-02"), f.Last.Format("2006-01-02"))
	if s.seasons {
		b.WriteString("  # The year and the days that have gone by are left out: no training row has those of a test\n" +
			"  # row, and cross-validation was better without. A year is a circle.\n")
	}
	if len(parts) > 0 {
		fmt.Fprintf(b, "  - date: {column: %s, parts: [%s]}\n", quoted(name), strings.Join(parts, ", "))
	}
	for _, part := range parts {
		s.derived = append(s.derived, name+"_"+part)
	}
	if s.seasons {
		s.writeCircle(b, name+"_day_of_year")
		return
	}
	days := name + "_days"
	if s.taken(days) {
		return
	}
	fmt.Fprintf(b, "  - days_since: {name: %s, column: %s, since: \"2000-01-01\"}\n", quoted(days), quoted(name))
	s.derived = append(s.derived, days)
}

// writeCircle puts a day of the year on a circle, where the last lies beside the
// first, in place of its number.
func (s *studied) writeCircle(b *bytes.Buffer, day string) {
	if !slices.Contains(s.derived, day) || s.taken(day+"_sin") || s.taken(day+"_cos") {
		return
	}
	fmt.Fprintf(b, "  - cyclic: {column: %s, period: 365.25}\n  - drop: {columns: [%s]}\n", quoted(day), quoted(day))
	s.derived = append(slices.DeleteFunc(s.derived, func(name string) bool { return name == day }), day+"_sin", day+"_cos")
}

// hasHours tells whether the times are not all at midnight, as far as the first
// and the last tell.
func hasHours(f *infer.Facts) bool {
	return f.First.Hour() != 0 || f.Last.Hour() != 0 || f.First.Minute() != 0 || f.Last.Minute() != 0
}

// taken tells whether a column of that name is there already.
func (s *studied) taken(name string) bool {
	return s.Schema.Column(name) != nil || slices.Contains(s.derived, name)
}

func (s *studied) writeSplit(b *bytes.Buffer) {
	o := s.order
	if o.late != "" {
		fmt.Fprintf(b, "# The rows go by %s in time, but some class comes too late for a model of the rows before it.\n", quoted(o.late))
	}
	if o.lone != "" {
		fmt.Fprintf(b, "# Rows of one value of %s belong together, but some class has rows of too few values to be in the test\n"+
			"# rows and in the training rows. Where the model is used on new values, it is worse than on these test rows.\n", quoted(o.lone))
	}
	switch {
	case o.time != "":
		fmt.Fprintf(b, "# Since %s, the test rows are the latest: a model is used on what is still to come.\n", o.why)
		b.WriteString("# Where rows of all times may be asked for, write `split: random` here and take\n" +
			"# cross_validation out of model.yaml.\n")
		fmt.Fprintf(b, "split:\n  time: {column: %s, test_size: 0.2}\n", quoted(o.time))
	case o.group != "":
		fmt.Fprintf(b, "# %s: a group is a test group or a training group, never both, as the model is used\n# on new ones. "+
			"Where it is used on these same ones, write `split: random`.\n", capital(o.why))
		fmt.Fprintf(b, "split:\n  group: {column: %s, test_size: 0.2}\n", quoted(o.group))
	case s.Task != model.Regression:
		b.WriteString("# Train and test get the same share of each class.")
		if o.late == "" && o.lone == "" {
			b.WriteString(" There is no column that orders the\n" +
				"# rows in time or puts them into groups; if there is, see the kinds time and group.")
		}
		b.WriteString("\n")
		fmt.Fprintf(b, "split:\n  stratified: {column: %s, test_size: 0.2}\n", quoted(s.Target))
	default:
		b.WriteString("# There is no column that orders the rows in time or puts them into groups; if there is,\n" +
			"# see the kinds time and group.\n")
		b.WriteString("split:\n  random: {test_size: 0.2}\n")
	}
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
