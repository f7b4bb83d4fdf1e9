package search

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
)

// Check tells whether the space is one to search: it is not empty, it stays
// below the given keys of the configuration, and each of its values, alone, is
// one that decode takes. Of a range it is the ends that are tried.
func (s Space) Check(root ast.Node, roots []string, decode func(ast.Node) error) error {
	if len(s) == 0 {
		return config.Invalid("search.space", "is empty; name settings to try values for, such as estimator.ridge.alpha: {log_uniform: [0.01, 100]}")
	}
	for _, d := range s {
		top, _, _ := strings.Cut(d.Path, ".")
		if !slices.Contains(roots, top) {
			return problem(d.key, "is no setting that trials can differ in; those are below %s", strings.Join(roots, ", "))
		}
		for _, high := range []bool{false, true} {
			if err := (Space{d}).probe(root, high, decode); err != nil {
				return err
			}
		}
	}
	return nil
}

// probe decodes the configuration with every choice of a space of one
// dimension, its ranges at one end.
func (s Space) probe(root ast.Node, high bool, decode func(ast.Node) error) error {
	for e := (ends{high: high}); ; {
		c := s.candidate(&e)
		if err := s.Blame(c.decode(root, decode), c); err != nil || !e.next() {
			return err
		}
	}
}

// ends is an odometer over choices; of every range it picks one end.
type ends struct {
	odometer
	high bool
}

func (e *ends) number(_ string, d *Domain) float64 {
	if e.high {
		return d.High
	}
	return d.Low
}

func (c Candidate) decode(root ast.Node, decode func(ast.Node) error) error {
	root, err := c.Apply(root)
	if err != nil {
		return err
	}
	return decode(root)
}

// Blame gives an error that a candidate's settings caused a place in the
// space, if it has none there, and names the settings where they are several.
func (s Space) Blame(err error, c Candidate) error {
	var e *config.Error
	if !errors.As(err, &e) || len(c.changes) == 0 {
		return err
	}
	blamed := *e
	if strings.HasPrefix(e.Problem, "expected one kind") {
		blamed.Problem += "; where the kind is another than in the configuration, let it be a choice"
	}
	if len(c.changes) > 1 {
		blamed.Problem += "; the trial has " + c.describe()
	}
	if s.holds(e.Line) {
		return &blamed
	}
	if e.Key != "" {
		blamed.Problem = e.Key + ": " + blamed.Problem
	}
	return problem(c.changes[0].at, "%s", blamed.Problem)
}

// holds tells whether a line of the file is one of the space's.
func (s Space) holds(line int) bool {
	return positionOf(s[0].key).Line <= line && line <= lastLine(s[len(s)-1].Domain.node)
}

func lastLine(node ast.Node) int {
	last := positionOf(node).Line
	for _, v := range children(node) {
		last = max(last, lastLine(v))
	}
	return last
}

// describe lists the settings: "estimator.ridge.alpha 12.3, remainder drop".
func (c Candidate) describe() string {
	var parts []string
	for _, s := range c.Settings {
		parts = append(parts, s.Path+" "+s.Format())
	}
	return strings.Join(parts, ", ")
}
