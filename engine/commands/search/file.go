package search

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strconv"
	"text/template"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/search"
)

// searched are the keys of model.yaml below which trials may differ. The
// others say what is predicted and how it is judged, which has to be the same
// for all.
var searched = []string{"columns", "remainder", "target_transform", "estimator"}

// file is model.yaml as it is decoded, and as it was parsed, so that the
// settings of a candidate can be put into it. All is checked while the file is
// read, and errors name its lines: a candidate that the configuration does not
// take stops the program before there is any data.
type file struct {
	Config model.Config `yaml:",inline"`

	flags      flags
	root       ast.Node
	candidates []search.Candidate
}

func newFile(f flags) *file { return &file{Config: model.DefaultConfig(), flags: f} }

// UnmarshalYAML keeps the root and decodes it.
func (f *file) UnmarshalYAML(node ast.Node) error {
	f.root = node
	return config.Decode(node, &f.Config)
}

// Validate lets the flags override the settings, and makes the candidates and
// decodes each.
func (f *file) Validate() error {
	s := &f.Config.Search
	f.flags.override(s)
	if err := s.Space.Check(f.root, searched, decodes); err != nil {
		return err
	}
	var err error
	if f.candidates, err = s.Candidates(); err != nil {
		return err
	}
	for _, c := range f.candidates {
		if _, err := f.with(c, 0); err != nil {
			return s.Space.Blame(err, c)
		}
	}
	return f.checkRounds()
}

func decodes(root ast.Node) error {
	cfg := model.DefaultConfig()
	return config.Decode(root, &cfg)
}

// checkRounds tells whether every candidate has the setting that a halving
// gives more and more of.
func (f *file) checkRounds() error {
	s := &f.Config.Search
	if s.Strategy != search.Halving || s.Halving.Resource == search.Rows {
		return nil
	}
	rungs, err := s.Halving.Rungs(len(f.candidates), 1, s.Halving.MaxResources)
	if err != nil {
		return err
	}
	for _, c := range f.candidates {
		for _, rung := range []search.Rung{rungs[0], rungs[len(rungs)-1]} {
			if _, err := f.with(c, rung.Budget); err != nil {
				return config.Invalid("search.halving.resource", "trial %d with %d: %s", c.Number, rung.Budget, why(err))
			}
		}
	}
	return nil
}

// why is an error without the place that it names.
func why(err error) string {
	var e *config.Error
	if errors.As(err, &e) {
		return fmt.Sprintf("%s: %s", e.Key, e.Problem)
	}
	return err.Error()
}

// funded returns the candidate with as many rounds as the budget allows, where
// it counts rounds.
func (f *file) funded(c search.Candidate, budget int) search.Candidate {
	if h := f.Config.Search.Halving; budget > 0 && h.Resource != search.Rows {
		return c.With(h.Resource, budget, f.root)
	}
	return c
}

// with returns the configuration of a candidate.
func (f *file) with(c search.Candidate, budget int) (model.Config, error) {
	cfg := model.DefaultConfig()
	root, err := f.funded(c, budget).Apply(f.root)
	if err != nil {
		return cfg, err
	}
	return cfg, config.Decode(root, &cfg)
}

//go:embed workflow.yaml
var workflowText string

// Argo has its own {{ }}, so the template's marks are others.
var workflow = template.Must(template.New("workflow").Delims("<<", ">>").
	Funcs(template.FuncMap{"previous": func(i int) int { return i - 1 }}).Parse(workflowText))

// writeWorkflow prints a Workflow that prepares the rows, runs the shares of
// each rung side by side, one rung after the other, and puts their trials
// together.
func writeWorkflow(w io.Writer, f flags, rungs int) error {
	search := []string{}
	if f.trials > 0 {
		search = append(search, "-trials", strconv.Itoa(f.trials))
	}
	if f.strategy != "" {
		search = append(search, "-strategy", f.strategy)
	}
	if f.seed != nil {
		search = append(search, "-seed", strconv.FormatUint(*f.seed, 10))
	}
	return workflow.Execute(w, struct {
		Image  string
		Shares int
		Rungs  []int
		Search []string
	}{f.image, f.of, make([]int, rungs), search})
}
