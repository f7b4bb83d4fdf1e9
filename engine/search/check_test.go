package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/metrics"
	"example.com/engine/must"
	"example.com/engine/results"
)

// toyConfig is a configuration to try spaces on.
type toyConfig struct {
	Ridge  toyRidge `yaml:"ridge"`
	Steps  []string `yaml:"steps"`
	Search Settings `yaml:"search"`
}

type toyRidge struct {
	Alpha float64 `yaml:"alpha" validate:"gte=0"`
	Beta  int     `yaml:"beta" validate:"lte=100"`
}

// Validate is of the kind that looks at two settings together.
func (r *toyRidge) Validate() error {
	if r.Alpha > 2 && r.Beta > 50 {
		return config.Invalid("alpha", "%v is too much with this beta", r.Alpha)
	}
	return nil
}

// checked is toyConfig that checks its space while it is read.
type checked struct {
	Toy  toyConfig `yaml:",inline"`
	root ast.Node
}

func (c *checked) UnmarshalYAML(node ast.Node) error {
	c.root = node
	return config.Decode(node, &c.Toy)
}

func (c *checked) Validate() error {
	s := &c.Toy.Search
	decode := func(root ast.Node) error { return config.Decode(root, &toyConfig{Search: Default()}) }
	if err := s.Space.Check(c.root, []string{"ridge", "steps"}, decode); err != nil {
		return err
	}
	list, err := s.Candidates()
	if err != nil {
		return err
	}
	for _, candidate := range list {
		root, err := candidate.Apply(c.root)
		if err == nil {
			err = decode(root)
		}
		if err != nil {
			return s.Space.Blame(err, candidate)
		}
	}
	return nil
}

func TestCheckNamesThePlace(t *testing.T) {
	for space, want := range map[string]string{
		"":                                     "4:3: search.space: is empty; name settings to try values for, such as estimator.ridge.alpha: {log_uniform: [0.01, 100]}",
		"[1]":                                  "5:5: search.space: expected settings, each with a range, such as estimator.ridge.alpha: {log_uniform: [0.01, 100]}",
		"seed: [1, 2]":                         "5:5: search.space.seed: is no setting that trials can differ in; those are below ridge, steps",
		"ridge.alpha: ":                        "5:5: search.space.'ridge.alpha': has no range; write a list or a range such as {uniform: [0, 1]}",
		"ridge.alpah: [1]":                     `5:5: ridge.alpah: unknown key; did you mean "alpha"?`,
		"rigde.alpha: [1]":                     "5:5: search.space.'rigde.alpha': is no setting that trials can differ in; those are below ridge, steps",
		"ridge.alpha: {uniform: [-1, 1]}":      "5:18: ridge.alpha: -1 is less than 0",
		"ridge.beta: {int_uniform: [1, 101]}":  "5:17: ridge.beta: 101 is greater than 100",
		"ridge.beta: {uniform: [1, 9]}":        "ridge.beta: expected a whole number, got ",
		"ridge.alpha: [1, -2]":                 "5:22: ridge.alpha: -2 is less than 0",
		"ridge: [{alpha: 1}, {alpha: -1}]":     "5:33: ridge.alpha: -1 is less than 0",
		"ridge: [{alpha: {uniform: [-2, 1]}}]": "5:21: ridge.alpha: -2 is less than 0",
		"ridge: [{gamma: {uniform: [-2, 1]}}]": "5:14: search.space.ridge[0].gamma: unknown key; allowed: alpha, beta",
		"ridge.alpha: {uniform: [0, 1]}\n    ridge: [{alpha: 2}]":   "6:5: search.space.ridge: ridge is tried as a whole; write the range of ridge.alpha into its choices",
		"ridge.alpha: [3]\n    ridge.beta: {int_uniform: [51, 99]}": "5:19: ridge.alpha: 3 is too much with this beta; the trial has ridge.alpha 3, ridge.beta ",
		"steps.x: [a]":   `5:5: search.space.'steps.x': the list has no entry "x": there are 0`,
		"steps.0: [[a]]": "5:15: search.space.'steps.0'[0]: expected a text, got a list",
	} {
		c := checked{Toy: toyConfig{Search: Default()}}
		text := fmt.Sprintf("ridge: {alpha: 1}\nsteps: [3]\nsearch:\n  space:\n    %s\n", space)
		err := config.Parse("model.yaml", []byte(text), &c)
		require.Error(t, err, space)
		assert.Contains(t, err.Error(), want, space)
		var e *config.Error
		require.ErrorAs(t, err, &e)
		assert.Greater(t, e.Line, 3, "the place is in the space: %s", space)
	}
}

func TestCheckAccepts(t *testing.T) {
	for _, space := range []string{
		"ridge.alpha: {uniform: [0, 2]}",
		"ridge: {choice: [{alpha: 1, beta: 2}, {beta: {int_uniform: [1, 100], points: 3}}]}",
		"ridge.beta: [1, 2]\n    steps: [[a, b], [c]]",
		"steps.0: [a, 3]",
	} {
		c := checked{Toy: toyConfig{Search: Default()}}
		text := fmt.Sprintf("ridge: {alpha: 1}\nsteps: [3]\nsearch:\n  space:\n    %s\n", space)
		assert.NoError(t, config.Parse("model.yaml", []byte(text), &c))
	}
}

func TestBlameLeavesOtherErrors(t *testing.T) {
	other := errors.New("disk full")
	assert.Equal(t, other, Space{}.Blame(other, Candidate{}))
	assert.NoError(t, Space{}.Blame(nil, Candidate{}))
}

// toy is a search whose score is a function of the settings: the distance of
// alpha from 1, more uncertain the less there is of the resource.
type toy struct {
	*Search
	mutex     sync.Mutex
	evaluated []string // "trial 3 at 20"
	code      string   // part of the key
	progress  []Progress
}

func newToy(t testing.TB, dir, text string) *toy {
	t.Helper()
	s := settings(t, text)
	list := must.Get(s.Candidates())(t)
	rungs := []Rung{{Candidates: len(list)}}
	if s.Strategy == Halving {
		rungs = must.Get(s.Halving.Rungs(len(list), 1, 81))(t)
	}
	metric := must.Get(metrics.Lookup("rmse"))(t)
	toy := &toy{}
	toy.Search = &Search{
		Candidates: list, Rungs: rungs, Metric: metric, Store: NewStore(dir), Workers: 3,
		Key: func(c Candidate, budget int) (string, error) {
			return fmt.Sprint(toy.code, c.describe(), budget), nil
		},
		Evaluate: toy.evaluate,
		Begin:    func(p Progress) { toy.progress = append(toy.progress, p) },
	}
	return toy
}

func (s *toy) evaluate(_ context.Context, c Candidate, budget int) (results.CrossValidation, error) {
	s.mutex.Lock()
	s.evaluated = append(s.evaluated, fmt.Sprintf("trial %d at %d", c.Number, budget))
	s.mutex.Unlock()
	if len(c.Settings) == 0 {
		return scoresOf(5, 5), nil
	}
	alpha := c.Settings[0].Value.(float64)
	if alpha > 50 {
		return results.CrossValidation{}, errors.New("fold 1 of 2: did not converge")
	}
	score := math.Abs(math.Log(alpha))
	return scoresOf(score, score+1/float64(budget+1)), nil
}

func scoresOf(values ...float64) results.CrossValidation {
	cv := results.CrossValidation{Strategy: "kfold"}
	for _, v := range values {
		cv.Folds = append(cv.Folds, results.Fold{TrainRows: 8, TestRows: 2, Scores: results.Scores{"rmse": v}})
	}
	cv.Summarize()
	return cv
}

// filesOf returns the content of every file of a folder by its name.
func filesOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files[filepath.Base(path)] = string(data)
		return err
	}))
	return files
}
