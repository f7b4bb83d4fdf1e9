package main

import (
	"fmt"
	"regexp"
	"slices"

	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/schema/infer"
)

// use is what becomes of a column.
type use struct {
	name string
	kind useKind
	why  string
}

// useKind is how a column is used. Its text stands in what the program says.
type useKind string

const (
	isTarget useKind = "target"
	isNumber useKind = "numbers"
	isCodes  useKind = "categories"
	isMany   useKind = "categories of many values, by the target's mean"
	isDate   useKind = "dates, taken apart"
	isOrder  useKind = "order of time, for the split"
	isGroup  useKind = "groups, for the split"
	leftOut  useKind = "left out"
)

// useKinds is their order in what the program says.
var useKinds = []useKind{isTarget, isNumber, isCodes, isMany, isDate, isOrder, isGroup, leftOut}

// mostLevels is how many categories a boosting takes as codes, which it bins.
const mostLevels = 100

// decide finds a use for every column.
func (s *studied) decide() {
	s.uses = nil
	for i, c := range s.Schema.Columns {
		u := s.useOf(c, &s.Facts[i])
		u.name = c.Name
		s.uses = append(s.uses, u)
	}
	for i := range s.Schema.Columns { // a person may not know it when asking
		if s.uses[i].kind == isGroup {
			s.Schema.Columns[i].Nullable = true
		}
	}
}

func (s *studied) useOf(c schema.Column, f *infer.Facts) use {
	switch {
	case c.Name == s.Target:
		return use{kind: isTarget}
	case c.Name == s.order.group && !s.order.panel:
		return use{kind: isGroup}
	case c.Name == s.order.lone:
		return use{kind: leftOut, why: "names what rows belong to, which a model would learn by heart"}
	case f.DuplicateOf == s.Target && f.DuplicateOf != "":
		return use{kind: leftOut, why: "the same as the target in every row, so it would give it away"}
	case f.Recodes == s.Target && f.Recodes != "":
		return use{kind: leftOut, why: "says the same as the target in other words, so it would give it away"}
	}
	if why := dropped(c, f); why != "" && c.Name != s.order.time {
		return use{kind: leftOut, why: why}
	}
	if s.order.time != "" && c.Name != s.order.time && c.Type == schema.Integer && f.Rising && f.Unique {
		return use{kind: leftOut, why: "counts on from row to row as the time does, so that no training row has the values of a test row"}
	}
	switch c.Type {
	case schema.Time:
		return use{kind: isDate}
	case schema.Category, schema.Text:
		if f.Distinct > mostLevels {
			return use{kind: isMany}
		}
		return use{kind: isCodes}
	}
	return use{kind: isNumber}
}

// mostNulls is the share of nulls from which a column says too little.
const mostNulls = 0.99

// dropped says why a column is of no use to a model, or nothing.
func dropped(c schema.Column, f *infer.Facts) string {
	values := f.Rows - f.Nulls
	switch {
	case f.Role == infer.ID:
		return "an id: every value comes once"
	case f.Role == infer.Constant:
		return "one value in all rows"
	case f.Role == infer.Duplicate:
		return fmt.Sprintf("the same as %s in every row", jsonText(f.DuplicateOf))
	case float64(f.Nulls) > mostNulls*float64(f.Rows):
		return fmt.Sprintf("empty in %d of %d rows", f.Nulls, f.Rows)
	case f.Role == infer.FreeText:
		return fmt.Sprintf("text, %d different ones in %d rows: no transformer here reads words; "+
			"a rule in src/own/rules.go can make a column of what matters in it", f.Distinct, values)
	case c.Type == schema.Text && 2*f.Distinct > values:
		return fmt.Sprintf("%d different values in %d rows, too many to learn from any; "+
			"a rule in src/own/rules.go can take a part of them", f.Distinct, values)
	}
	return ""
}

// ordering says how rows hang together, and so how they are set aside.
type ordering struct {
	time  string // column that orders the rows
	group string // column of what several rows belong to
	panel bool   // each group has one row at each time, and comes again later
	late  string // column of times, by which some class comes too late to be learned
	lone  string // column of groups, of which some class has too few
	why   string
	task  model.Task
	goal  string // the target
}

func (o ordering) words() string {
	switch {
	case o.time != "":
		return "are the latest by " + jsonText(o.time)
	case o.group != "":
		return "are whole groups by " + jsonText(o.group)
	case o.task == model.Regression:
		return "are drawn at random"
	case o.lone != "":
		return "are drawn at random: some class has rows of too few values of " + jsonText(o.lone)
	case o.late != "":
		return "are drawn at random: some class comes too late by " + jsonText(o.late)
	default:
		return "are drawn at random, the same share of each class"
	}
}

var (
	orderName = regexp.MustCompile(`(?i)^(date|datetime|timestamp|time|ds|period|year|month|week|day|yearmonth|year_month|date_?time|sale_?date|order_?date|.*_(at|date|timestamp))$`)
	birthName = regexp.MustCompile(`(?i)birth|dob|born|expir|valid|warrant|built|start|begin|hire|join|regist|signup|sign_up|since|first|due`)
	groupName = regexp.MustCompile(`(?i)(^|[_\s.-])(id|uuid|guid|patient|subject|customer|client|user|person|member|household|family|session|account|group|site|machine|device|unit|well|plot|owner|school|player)s?([_\s.-]?(id|no|nr|number|code|key))?$|[a-z](Id|ID|No)$`)
)

// orders lists the columns that may order the rows, the likeliest first: dates,
// then numbers with such a name, both without nulls and with many values.
func (s *studied) orders() []int {
	var dates, numbers []int
	for i, c := range s.Schema.Columns {
		f := &s.Facts[i]
		if c.Name == s.Target || f.Nulls > 0 || f.Distinct < leastTimes || birthName.MatchString(c.Name) {
			continue
		}
		if c.Type == schema.Time {
			dates = append(dates, i)
		} else if (c.Type == schema.Number || c.Type == schema.Integer) && orderName.MatchString(c.Name) {
			numbers = append(numbers, i)
		}
	}
	all := slices.Concat(dates, numbers)
	slices.SortStableFunc(all, func(a, b int) int { return s.Facts[b].Distinct - s.Facts[a].Distinct })
	return all
}

// leastTimes is how many different times folds by time can be made of.
const leastTimes = 12

// groups lists the columns that may say what several rows belong to: named so,
// with two to a hundred rows each.
func (s *studied) groups() []int {
	var all []int
	for i, c := range s.Schema.Columns {
		f := &s.Facts[i]
		values := f.Rows - f.Nulls
		switch {
		case c.Name == s.Target || f.Nulls > 0 || f.Unique || c.Type == schema.Number || c.Type == schema.Time:
		case f.Distinct < 10 || 3*f.Distinct > 2*values || f.Distinct*100 < values:
		case groupName.MatchString(c.Name):
			all = append(all, i)
		}
	}
	return all
}
