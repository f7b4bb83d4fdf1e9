package infer

import (
	"regexp"
	"slices"

	"example.com/engine/schema"
	"example.com/engine/sketch"
	"example.com/engine/table"
)

var (
	idName   = regexp.MustCompile(`(?i)(^|[_\-\s.])(id|ids|uuid|guid|key|index|idx|rowid|row_?num(ber)?)$|[a-z](Id|ID|Key|Uuid|UUID)$|^column_1$|^(?i:unnamed: 0)$`)
	timeName = regexp.MustCompile(`(?i)year|month|week|day|date|time|hour|jahr|ann[eé]e|mois|monat`)
)

// guessID finds columns that only name the row: unique, and counted through,
// named so, or codes of one shape.
func (o *observed) guessID(c *schema.Column, f *Facts) {
	if !f.Unique || f.Nulls > 0 || c.Type == schema.Time || f.Rows < 10 {
		return
	}
	counted := c.Type == schema.Integer && f.Max-f.Min == float64(f.Rows-1) && !timeName.MatchString(c.Name)
	named := idName.MatchString(c.Name) && c.Type != schema.Number
	coded := c.Type == schema.Text && c.Pattern != "" && o.spaces == 0
	single := c.Type == schema.Text && o.spaces == 0 && f.Rows >= 100
	why := ""
	switch {
	case counted:
		why = "counts the rows"
	case named:
		why = "is named like one"
	case coded:
		why = "has codes of one shape"
	case single:
		why = "is one word each"
	default:
		return
	}
	f.Role = ID
	c.Unique, c.Min, c.Max = true, nil, nil
	f.Notes = slices.DeleteFunc(f.Notes, func(n Note) bool { return n.Key == "max" })
	delete(c.Severities, "min")
	delete(c.Severities, "max")
	if len(c.Severities) == 0 {
		c.Severities = nil
	}
	f.note("unique", "every value comes once and %s: an id, which a model must not see", why)
}

// findDuplicates marks columns that hold what an earlier one holds.
func (i *Inference) findDuplicates(columns []*observed) {
	content, codes := map[uint64]string{}, map[uint64]string{}
	for j, o := range columns {
		f := &i.Facts[j]
		if f.Role == Constant {
			continue
		}
		if first, ok := content[o.content]; ok {
			f.Role, f.DuplicateOf = Duplicate, first
			f.note("name", "the same as %q in every row", first)
			continue
		}
		content[o.content] = o.name
		if o.first == nil || f.Role == ID || len(o.first) == f.Rows {
			continue
		}
		if first, ok := codes[o.codes]; ok {
			f.Recodes = first
			f.note("name", "says the same as %q, in other words", first)
			continue
		}
		codes[o.codes] = o.name
	}
}

// sentinelsOf returns the numbers among the usual sentinels that stand apart:
// the only negative one, or one that is beyond the others by their width.
func (o *observed) sentinelsOf() []sketch.Level {
	var found []sketch.Level
	width := o.hi - o.lo
	for _, v := range usualSentinels {
		n := o.sentinels[v]
		lonely := v < 0 && o.lo >= 0 && (v == -1 || -v > width/10 || v <= -99)
		beyond := v > o.hi+max(width, 1)/2 || v < o.lo-width/2
		if n >= 2 && width > 0 && len(o.sentinels) <= 4 && (lonely || beyond) && len(o.quantiles.Points().Values) > 5 {
			found = append(found, sketch.Level{Value: table.FormatFloat(v), Count: n})
		}
	}
	return found
}

// bounds returns the least and the greatest number except the sentinels.
func (o *observed) bounds(sentinels []sketch.Level) (lo, hi float64) {
	lo, hi = o.lo, o.hi
	for v := range o.sentinels {
		if !slices.ContainsFunc(sentinels, func(l sketch.Level) bool { return l.Value == table.FormatFloat(v) }) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi
}
