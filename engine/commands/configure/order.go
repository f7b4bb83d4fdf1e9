package configure

import (
	"fmt"
	"regexp"
	"slices"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/schema/infer"
	"example.com/engine/table"
)

// ordering says how rows hang together, and so how they are set aside.
type ordering struct {
	time  string // column that orders the rows
	group string // column of what several rows belong to
	panel bool   // each group has one row at each time, and comes again later
	late  string // column of times, by which some class comes too late to be learned
	lone  string // column of groups, of which some class has too few
	why   string
}

// findOrder looks for a column that orders the rows, and for one of groups.
//
// A date orders the rows if they are sorted by it, if it has a name such as
// date or created_at, or if the rows are a panel: things that each have one row
// at each time. A number needs such a name and one of the others.
func findOrder(raw string, found *infer.Inference, target string) (ordering, error) {
	var o ordering
	for _, i := range orders(found, target) {
		c, f := found.Schema.Columns[i], found.Facts[i]
		entity, err := entityOf(raw, found, target, c.Name)
		if err != nil {
			return o, err
		}
		sorted := f.Rising && f.Distinct > f.Rows/1000
		name := config.Quote(c.Name)
		switch {
		case entity != "":
			o.group, o.panel, o.why = entity, true, fmt.Sprintf("each %s has one row at each %s", config.Quote(entity), name)
		case sorted:
			o.why = "the rows are sorted by " + name
		case c.Type == schema.Time && orderName.MatchString(c.Name):
			o.why = name + " sounds like the time of the row"
		default:
			continue
		}
		o.time = c.Name
		break
	}
	if all := groups(found, target); len(all) > 0 && o.group == "" {
		name, f := found.Schema.Columns[all[0]].Name, found.Facts[all[0]]
		o.group = name
		if o.time == "" {
			o.why = fmt.Sprintf("%d values of %s in %d rows: rows of one value belong together", f.Distinct, config.Quote(name), f.Rows)
		}
	}
	return o, nil
}

// relaxed gives up the order of time, or else the groups. Groups stay if they are
// groups without the time, too.
func (o ordering) relaxed() ordering {
	if o.time == "" {
		return ordering{lone: o.group, late: o.late}
	}
	relaxed := ordering{late: o.time, lone: o.lone}
	if o.group != "" && !o.panel {
		relaxed.group = o.group
		relaxed.why = fmt.Sprintf("rows of one value of %s belong together", config.Quote(o.group))
	}
	return relaxed
}

// words says which rows are test rows.
func (o ordering) words(task model.Task) string {
	switch {
	case o.time != "":
		return "are the latest by " + config.Quote(o.time)
	case o.group != "":
		return "are whole groups by " + config.Quote(o.group)
	case task == model.Regression:
		return "are drawn at random"
	case o.lone != "":
		return "are drawn at random: some class has rows of too few values of " + config.Quote(o.lone)
	case o.late != "":
		return "are drawn at random: some class comes too late by " + config.Quote(o.late)
	default:
		return "are drawn at random, the same share of each class"
	}
}

var (
	orderName = regexp.MustCompile(`(?i)^(date|datetime|timestamp|time|ds|period|year|month|week|day|yearmonth|year_month|date_?time|sale_?date|order_?date|.*_(at|date|timestamp))$`)
	birthName = regexp.MustCompile(`(?i)birth|dob|born|expir|valid|warrant|built|start|begin|hire|join|regist|signup|sign_up|since|first|due`)
	groupName = regexp.MustCompile(`(?i)(^|[_\s.-])(id|uuid|guid|patient|subject|customer|client|user|person|member|household|family|session|account|group|site|machine|device|unit|well|plot|owner|school|player)s?([_\s.-]?(id|no|nr|number|code|key))?$|[a-z](Id|ID|No)$`)
)

// leastTimes is how many different times folds by time can be made of.
const leastTimes = 12

// orders lists the columns that may order the rows, the likeliest first: dates,
// then numbers with such a name, both without nulls and with many values.
func orders(found *infer.Inference, target string) []int {
	var dates, numbers []int
	for i, c := range found.Schema.Columns {
		f := &found.Facts[i]
		if c.Name == target || f.Nulls > 0 || f.Distinct < leastTimes || birthName.MatchString(c.Name) {
			continue
		}
		if c.Type == schema.Time {
			dates = append(dates, i)
		} else if (c.Type == schema.Number || c.Type == schema.Integer) && orderName.MatchString(c.Name) {
			numbers = append(numbers, i)
		}
	}
	all := slices.Concat(dates, numbers)
	slices.SortStableFunc(all, func(a, b int) int { return found.Facts[b].Distinct - found.Facts[a].Distinct })
	return all
}

// groups lists the columns that may say what several rows belong to: named so,
// with two to a hundred rows each. Up to half of the rows may belong to nothing;
// pandas writes the numbers of the others as 12.0.
func groups(found *infer.Inference, target string) []int {
	var all []int
	for i, c := range found.Schema.Columns {
		f := &found.Facts[i]
		values := f.Rows - f.Nulls
		switch {
		case c.Name == target || 2*f.Nulls > f.Rows || f.Unique || c.Type == schema.Number && !f.Whole || c.Type == schema.Time:
		case f.Distinct < 10 || 3*f.Distinct > 2*values || f.Distinct*100 < values:
		case groupName.MatchString(c.Name):
			all = append(all, i)
		}
	}
	return all
}

// lookedAt is how many rows decide whether columns together name a row.
const lookedAt = 200_000

// mostEntities is how many columns may name what has a row at each time.
const mostEntities = 20

// entityOf returns a column whose values each come once at each value of the
// column time, or nothing.
func entityOf(raw string, found *infer.Inference, target, time string) (string, error) {
	var names []string
	for i, c := range found.Schema.Columns {
		f := found.Facts[i]
		few := f.Distinct >= 2 && f.Distinct <= f.Rows/5 && f.Nulls == 0 && !f.Unique
		code := c.Type == schema.Integer && groupName.MatchString(c.Name)
		if c.Name != time && c.Name != target && few && (c.Type == schema.Category || code) {
			names = append(names, c.Name)
		}
	}
	_, f := found.Column(time)
	if len(names) == 0 || f.Unique {
		return "", nil
	}
	return firstKey(raw, found.Dialect.Apply(table.Options{Trim: true}), time, names[:min(len(names), mostEntities)])
}

// firstKey returns the first of the columns that, with the column time, has no
// two rows alike.
func firstKey(path string, o table.Options, time string, names []string) (string, error) {
	o.Fields = []table.Field{{Name: time, Kind: table.Text}}
	seen := make([]map[[2]string]bool, len(names))
	for i, name := range names {
		o.Fields = append(o.Fields, table.Field{Name: name, Kind: table.Text})
		seen[i] = map[[2]string]bool{}
	}
	r, err := table.Open(path, o)
	if err != nil {
		return "", err
	}
	defer r.Close()
	rows := 0
	for t, err := range r.Chunks() {
		if err != nil {
			return "", err
		}
		for i, c := range t.Columns()[1:] {
			seen[i] = addKeys(seen[i], t.Columns()[0].Texts, c.Texts)
		}
		if rows += t.Len(); rows >= lookedAt {
			break
		}
	}
	for i, name := range names {
		if seen[i] != nil {
			return name, nil
		}
	}
	return "", nil
}

// addKeys adds the pairs of two columns; it returns nil once one comes twice.
func addKeys(seen map[[2]string]bool, a, b []string) map[[2]string]bool {
	if seen == nil {
		return nil
	}
	for i := range a {
		key := [2]string{a[i], b[i]}
		if seen[key] {
			return nil
		}
		seen[key] = true
	}
	return seen
}
