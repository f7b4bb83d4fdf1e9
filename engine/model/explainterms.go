package model

import (
	"slices"
	"strings"
)

// origin is what a feature is made from.
type origin struct {
	columns []string // of the schema, in its order
	via     string   // the derived column that is all it is made from, if there is one
}

// origins returns that of every feature.
func (m *Model) origins() []origin {
	derived := m.Derive.Sources(m.Schema.Fields())
	var out []origin
	for _, of := range m.Columns.Sources() {
		var o origin
		for _, name := range m.inputs {
			if slices.ContainsFunc(of, func(s string) bool { return s == name || slices.Contains(derived[s], name) }) {
				o.columns = append(o.columns, name)
			}
		}
		if len(of) == 1 && derived[of[0]] != nil {
			o.via = of[0]
		}
		out = append(out, o)
	}
	return out
}

// Used returns the columns of the schema that predictions depend on, in its
// order.
func (m *Model) Used() []string {
	var used []string
	origins := m.origins()
	for _, name := range m.inputs {
		if slices.ContainsFunc(origins, func(o origin) bool { return slices.Contains(o.columns, name) }) {
			used = append(used, name)
		}
	}
	return used
}

// terms puts the features together that are made from the same columns: those
// of one column first, in the schema's order, then the others as they come.
// The second result is the place of each feature's term.
func (m *Model) terms() (terms []Term, at []int) {
	origins := m.origins()
	for _, o := range origins {
		if termOf(terms, o) < 0 {
			terms = append(terms, Term{Name: nameOf(o, origins), Columns: o.columns})
		}
	}
	slices.SortStableFunc(terms, func(a, b Term) int { return m.rank(a) - m.rank(b) })
	for i, o := range origins {
		at = append(at, termOf(terms, o))
		t := &terms[at[i]]
		t.Features = append(t.Features, m.Features[i])
	}
	return terms, at
}

// term is the place of the one for an origin, or -1.
func termOf(terms []Term, o origin) int {
	return slices.IndexFunc(terms, func(t Term) bool { return slices.Equal(t.Columns, o.columns) })
}

// nameOf names a term of several columns after a derived column where all that
// is made from the columns goes through it.
func nameOf(o origin, all []origin) string {
	other := func(p origin) bool { return slices.Equal(p.columns, o.columns) && p.via != o.via }
	if len(o.columns) > 1 && o.via != "" && !slices.ContainsFunc(all, other) {
		return o.via
	}
	return strings.Join(o.columns, ", ")
}

// rank orders single columns before terms of several.
func (m *Model) rank(t Term) int {
	if len(t.Columns) == 1 {
		return slices.Index(m.inputs, t.Columns[0])
	}
	return len(m.inputs)
}
