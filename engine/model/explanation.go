package model

import (
	"fmt"
	"slices"

	"example.com/engine/explain"
	"example.com/engine/schema"
)

// ExplanationSettings say how much the stage evaluate asks the candidate about
// what its predictions depend on. Rows are drawn from the test rows, so that
// the time it takes does not grow with them.
type ExplanationSettings struct {
	Rows       int                 `yaml:"rows" validate:"gte=10"` // at most so many, for importance
	Importance explain.Permutation `yaml:"importance"`
	// Together are groups of columns that are shuffled together, since one of
	// them tells much of what another does.
	Together    [][]string `yaml:"together"`
	CurveRows   int        `yaml:"curve_rows" validate:"gte=2"`
	CurvePoints int        `yaml:"curve_points" validate:"gte=2,lte=200"`
	Shares      int        `yaml:"contribution_rows" validate:"gte=2"`
	Worst       int        `yaml:"worst" validate:"gte=0,lte=100"` // rows that are far off to report
}

// DefaultExplanation is quick: some ten thousand predictions for each column.
func DefaultExplanation() ExplanationSettings {
	return ExplanationSettings{
		Rows: 1000, Importance: explain.NewPermutation(),
		CurveRows: 100, CurvePoints: 15, Shares: 300, Worst: 10,
	}
}

// Groups returns the columns that are shuffled together or alone, in the order
// of the schema.
func (s ExplanationSettings) Groups(sch *schema.Schema) ([][]string, error) {
	taken := map[string][]string{}
	for i, group := range s.Together {
		for _, name := range group {
			switch {
			case sch.Column(name) == nil || name == sch.Target:
				return nil, fmt.Errorf("evaluation.explanation.together[%d]: %q is not one of the columns to predict from", i, name)
			case taken[name] != nil:
				return nil, fmt.Errorf("evaluation.explanation.together[%d]: %q comes twice", i, name)
			}
			taken[name] = group
		}
	}
	var groups [][]string
	for _, c := range sch.Features() {
		group := taken[c.Name]
		if group == nil {
			group = []string{c.Name}
		}
		if !slices.ContainsFunc(groups, func(g []string) bool { return slices.Equal(g, group) }) {
			groups = append(groups, group)
		}
	}
	return groups, nil
}

// WithoutIntervals returns the model that gives predictions alone, which is
// quicker.
func (m *Model) WithoutIntervals() *Model {
	bare := *m
	bare.Intervals = nil
	return &bare
}
