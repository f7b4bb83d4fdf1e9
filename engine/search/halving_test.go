package search

//go:generate python3 testdata/make.py

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/random"
	"example.com/engine/selection"
)

// halvingCase is one of scikit-learn's; testdata/make.py made it.
type halvingCase struct {
	Candidates, Rows, Folds, Factor, Most int
	Resource                              string
	Least                                 any
	Aggressive                            bool
	Rungs                                 []Rung
}

func (c halvingCase) rungs() ([]Rung, error) {
	h := HalvingSettings{Factor: c.Factor, Resource: Rows, MaxResources: c.Most, AggressiveElimination: c.Aggressive}
	switch least := c.Least.(type) {
	case string:
		h.MinResources = Least{word: least}
	case float64:
		h.MinResources = Least{Number: int(least)}
	}
	if c.Resource != Rows {
		return h.Rungs(c.Candidates, 1, c.Most)
	}
	return h.Rungs(c.Candidates, 2*c.Folds, c.Rows)
}

func halvingCases(t *testing.T) []halvingCase {
	t.Helper()
	data := must.Get(os.ReadFile("testdata/halving.json"))(t)
	file := must.JSON[struct{ Cases []halvingCase }](t, data)
	require.Greater(t, len(file.Cases), 40)
	return file.Cases
}

func TestRungsAreThoseOfScikitLearn(t *testing.T) {
	for _, c := range halvingCases(t) {
		if c.Candidates == 243 {
			continue
		}
		got := must.Get(c.rungs())(t)
		assert.Equal(t, c.Rungs, got, "%+v", c)
	}
}

// scikit-learn takes floor(log(243) / log(3)) for 4, and ends with three
// candidates at 972 rows; there is room for a last rung of one.
func TestRungsWhereLogarithmsRound(t *testing.T) {
	cases := halvingCases(t)
	c := cases[len(cases)-1]
	require.Equal(t, 243, c.Candidates)
	got := must.Get(c.rungs())(t)
	assert.Len(t, c.Rungs, 5)
	assert.Equal(t, []Rung{{4, 243}, {12, 81}, {36, 27}, {108, 9}, {324, 3}, {972, 1}}, got)
}

func TestRungsNeedEnough(t *testing.T) {
	_, err := HalvingSettings{Factor: 3, Resource: Rows, MinResources: Least{Number: 500}}.Rungs(9, 10, 100)
	assert.EqualError(t, err, "search.halving: the first rung needs 500 of rows, and there are 100")
}

func TestMostRungs(t *testing.T) {
	s := Default()
	assert.Equal(t, 1, s.MostRungs(100))
	s.Strategy = Halving
	for candidates, want := range map[int]int{1: 1, 2: 1, 3: 2, 26: 3, 27: 4, 243: 6} {
		assert.Equal(t, want, s.MostRungs(candidates))
	}
}

func TestHalvingSettings(t *testing.T) {
	s := settings(t, "{halving: {factor: 4, min_resources: smallest}}")
	assert.Equal(t, HalvingSettings{Factor: 4, Resource: Rows, MinResources: Least{word: Smallest}}, s.Halving)
	assert.Equal(t, 12, settings(t, "{halving: {min_resources: 12}}").Halving.MinResources.Number)
	for text, want := range map[string]string{
		"{halving: {factor: 1}}":                          "1 is less than 2",
		"{halving: {min_resources: much}}":                "expected exhaust, smallest or a whole number, got much",
		"{halving: {min_resources: [1]}}":                 "expected exhaust, smallest or a whole number, got [1]",
		"{halving: {min_resources: 0}}":                   "0 is less than 1",
		"{halving: {min_resources: 9, max_resources: 3}}": "1:27: halving.min_resources: 9 is more than max_resources, 3",
		"{halving: {resource: estimator.lasso.max_iter}}": "halving.max_resources: must be given where the resource is a setting",
		"{halving: {resource: ''}}":                       "must be given",
		"{strategy: bayes}":                               `unknown value "bayes"; allowed: random, grid, halving`,
		"{trials: 0}":                                     "0 is less than 1",
	} {
		d := Default()
		assert.ErrorContains(t, config.Parse("model.yaml", []byte(text), &d), want, text)
	}
}

// A smaller share is part of a larger one, held-out rows stay, and rows rise.
func TestSubsample(t *testing.T) {
	folds := must.Get((&selection.KFold{Folds: 4}).Split(selection.Rows{N: 100}, nil))(t)
	draw := func(rows int) []selection.Fold { return Subsample(folds, rows, 100, random.New(1, "rows")) }
	few, more := draw(20), draw(60)
	for k := range folds {
		assert.Len(t, few[k].Train, 15)
		assert.Len(t, more[k].Train, 45)
		assert.True(t, slices.IsSorted(few[k].Train))
		assert.Subset(t, more[k].Train, few[k].Train)
		assert.Subset(t, folds[k].Train, more[k].Train)
		assert.Equal(t, folds[k].Test, few[k].Test)
	}
	assert.NotEqual(t, few[0].Train, few[1].Train)
	assert.Equal(t, folds, draw(100))
	assert.Len(t, draw(1)[0].Train, 1, "never none")
}
