package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// lookedAt is how many rows decide whether columns together name a row.
const lookedAt = 200_000

// findOrder looks for a column that orders the rows, and for one of groups.
//
// A date orders the rows if they are sorted by it, if it has a name such as
// date or created_at, or if the rows are a panel: things that each have one row
// at each time. A number needs such a name and one of the others.
func (s *studied) findOrder(raw string) error {
	s.order = ordering{task: s.Task, goal: s.Target}
	groups := s.groups()
	for _, i := range s.orders() {
		c, f := s.Schema.Columns[i], s.Facts[i]
		entity, err := s.entity(raw, c.Name)
		if err != nil {
			return err
		}
		sorted := f.Rising && f.Distinct > f.Rows/1000
		switch {
		case entity != "":
			s.order.time, s.order.group, s.order.panel = c.Name, entity, true
			s.order.why = fmt.Sprintf("each %s has one row at each %s", jsonText(entity), jsonText(c.Name))
		case sorted:
			s.order.time, s.order.why = c.Name, fmt.Sprintf("the rows are sorted by %s", jsonText(c.Name))
		case c.Type == schema.Time && orderName.MatchString(c.Name):
			s.order.time, s.order.why = c.Name, fmt.Sprintf("%s sounds like the time of the row", jsonText(c.Name))
		default:
			continue
		}
		break
	}
	if len(groups) > 0 && s.order.group == "" {
		name, f := s.Schema.Columns[groups[0]].Name, s.Facts[groups[0]]
		s.order.group = name
		if s.order.time == "" {
			s.order.why = fmt.Sprintf("%d values of %s in %d rows: rows of one value belong together", f.Distinct, jsonText(name), f.Rows)
		}
	}
	return nil
}

// lacksClass tells whether rows are set aside, for the test or by a fold, of a
// class of which the training rows beside them have none: it comes later, or all
// its rows are of one group. Of two classes, the test rows must have both.
func (s *studied) lacksClass(t *trial) (bool, error) {
	if s.order.time == "" && s.order.group == "" || s.Task == model.Regression || s.Rows > manyRows {
		return false, nil
	}
	train, err := t.rows(results.Train)
	if err != nil {
		return false, err
	}
	known, err := model.Labels(train.Column(s.Target))
	if err != nil {
		return false, err
	}
	later, err := t.classes(results.Test, s.Target)
	if err != nil {
		return false, err
	}
	if lacks(known, later) || s.Task == model.Binary && len(distinct(later)) == 1 {
		return true, nil
	}
	recipe, err := (&contest{study: s, trial: t}).recipe(choice{candidate: plain(s.Task)})
	if err != nil {
		return false, err
	}
	folds, err := recipe.Folds(train)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(folds, func(f selection.Fold) bool { return lacks(take(known, f.Train), take(known, f.Test)) }), nil
}

// lacks tells whether the training rows are of one class, or have none of a class
// of the test rows.
func lacks(train, test []string) bool {
	classes := distinct(train)
	return len(classes) == 1 || slices.ContainsFunc(test, func(l string) bool { return !classes[l] })
}

// forget gives up the order of time, or else the groups; for what has both, groups
// that are some without the time stay.
func (o *ordering) forget() {
	if o.time == "" {
		o.lone, o.group, o.why = o.group, "", ""
		return
	}
	o.late, o.time, o.why = o.time, "", ""
	if o.panel {
		o.group, o.panel = "", false
	}
	if o.group != "" {
		o.why = fmt.Sprintf("rows of one value of %s belong together", jsonText(o.group))
	}
}

// entity returns a column whose values each come once at each time, or nothing.
func (s *studied) entity(raw, time string) (string, error) {
	var names []string
	for i, c := range s.Schema.Columns {
		f := s.Facts[i]
		few := f.Distinct >= 2 && f.Distinct <= f.Rows/5 && f.Nulls == 0 && !f.Unique
		code := c.Type == schema.Integer && groupName.MatchString(c.Name)
		if c.Name != time && c.Name != s.Target && few && (c.Type == schema.Category || code) {
			names = append(names, c.Name)
		}
	}
	_, f := s.Column(time)
	if len(names) == 0 || f.Unique {
		return "", nil
	}
	return firstKey(raw, s.Dialect.Apply(table.Options{Trim: true}), time, names[:min(len(names), 20)])
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
	for rows := 0; rows < lookedAt; {
		t, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		rows += t.Len()
		for i, c := range t.Columns()[1:] {
			seen[i] = addKeys(seen[i], t.Columns()[0].Texts, c.Texts)
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
