package model

import (
	"errors"
	"fmt"
	"slices"

	"example.com/engine/leakage"
	"example.com/engine/random"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// Leaks names the columns that the pipeline takes and that give the target
// away: copies of it, columns that rise or fall with it in nearly every row,
// and columns that predict it nearly perfectly alone. Only training rows are
// looked at, drawn ones where there are very many.
func (r Recipe) Leaks(train *table.Table) ([]string, error) {
	train = Sample(train, leakage.MostRows, random.New(r.Config.Seed, "leaks"))
	m := &Model{Task: r.Config.Task, Schema: r.Schema}
	y, err := m.target(train, r.Config.Positive)
	if err != nil || len(y) < leakage.LeastRows {
		return nil, err
	}
	taken, err := r.taken(train)
	if err != nil {
		return nil, err
	}
	var leaks []string
	for _, c := range taken.Columns() {
		if how := leakage.Of(c, y, r.Config.Task); how != "" {
			leaks = append(leaks, fmt.Sprintf("column %q %s: drop it unless it is known when a prediction is asked for", c.Name, how))
		}
	}
	return leaks, nil
}

// CheckLeaks returns the leaks as warnings or as an error, as the configuration
// says.
func (r Recipe) CheckLeaks(train *table.Table) (warnings []string, err error) {
	if r.Config.Leakage == "off" {
		return nil, nil
	}
	leaks, err := r.Leaks(train)
	if err != nil || r.Config.Leakage == "warning" {
		return leaks, err
	}
	for _, leak := range leaks {
		err = errors.Join(err, errors.New(leak))
	}
	return nil, err
}

// taken returns the columns of train that the pipeline takes.
func (r Recipe) taken(train *table.Table) (*table.Table, error) {
	m := &Model{Schema: r.Schema, Derive: r.Derive}
	m.prepare()
	x, err := m.derived(train)
	if err != nil {
		return nil, err
	}
	columns, err := clone(&r.Config.Columns)
	if err != nil {
		return nil, err
	}
	for i := range columns.Groups {
		columns.Groups[i].Steps = transform.Pipeline{{Kind: "passthrough", Transformer: &transform.Passthrough{}}}
	}
	if err := columns.Fit(x.Slice(0, min(1, x.Len())), nil, nil); err != nil {
		return nil, err
	}
	var names []string
	for _, c := range x.Columns() {
		used := slices.ContainsFunc(columns.Rest.In, func(f transform.Field) bool { return f.Name == c.Name })
		for i, g := range columns.Groups {
			used = used || slices.Contains(g.Selected, c.Name) && r.Config.Columns.Groups[i].Steps[0].Kind != "drop"
		}
		if used {
			names = append(names, c.Name)
		}
	}
	return x.Select(names...)
}
