package main

import (
	"fmt"
	"os"

	"example.com/engine/drift"
	"example.com/engine/model"
	"example.com/engine/report"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/search"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// sources is what figures and report are made from.
type sources struct {
	schema    schema.Schema
	task      model.Task
	intervals bool // predictions are to carry intervals or sets
	learning  bool // there is a learning curve
	searched  bool // there is a search

	train       *table.Table
	test        *table.Table
	predictions *table.Table
	facts       report.Facts
	search      search.Table
	drift       drift.Report

	stage *stage.Stage
	paths struct{ train, test, predictions, candidate string }
	json  []source
}

// source is a JSON file and what it is read into.
type source struct {
	path string
	into any
}

// before are the stages that the report tells of.
var before = []string{"fetch", "clean", "features", "train", "evaluate"}

// declare names the files that the stage reads.
func declare(s *stage.Stage) *sources {
	src := &sources{stage: s}
	src.paths.train = s.Input(results.Train)
	src.paths.test = s.Input(results.Test)
	src.paths.predictions = s.Input(results.Predictions)
	src.paths.candidate = s.Input(results.Candidate)
	f := &src.facts
	for path, into := range map[string]any{
		results.Validation:     &f.Validation,
		results.Split:          &f.Split,
		results.TrainingOut:    &f.Training,
		results.MetricsOut:     &f.Metrics,
		results.DecisionOut:    &f.Decision,
		results.ExplanationOut: &f.Explanation,
	} {
		src.json = append(src.json, source{s.Input(path), into})
	}
	for _, name := range before {
		s.Input(stage.RecordPath(name))
	}
	src.searched = src.optional(search.DataFile, &src.search)
	if src.optional(drift.TestFile, &src.drift) {
		f.Drift = &src.drift
	}
	return src
}

// optional declares a file that need not be there and tells whether it is.
func (src *sources) optional(file string, into any) bool {
	path := src.stage.OptionalInput(file)
	if _, err := os.Stat(path); err != nil {
		return false
	}
	src.json = append(src.json, source{path, into})
	return true
}

func (src *sources) load() error {
	for _, j := range src.json {
		if err := results.Read(j.path, j.into); err != nil {
			return err
		}
	}
	m, err := model.Open(src.paths.candidate)
	if err != nil {
		return err
	}
	src.facts.Model, src.facts.Schema = m, src.schema
	for _, name := range before {
		r, err := stage.ReadRecord(src.stage.Path("."), name)
		if err != nil {
			return err
		}
		src.facts.Records = append(src.facts.Records, *r)
	}
	fields, err := model.Recipe{Schema: m.Schema, Derive: m.Derive}.Fields()
	if err != nil {
		return err
	}
	if src.train, err = table.ReadFile(src.paths.train, table.Options{Fields: fields}); err != nil {
		return err
	}
	if src.test, err = table.ReadFile(src.paths.test, table.Options{Fields: m.Schema.Fields()}); err != nil {
		return err
	}
	answers := results.PredictionFields(m.Task, m.Classes)
	if src.facts.Metrics.Coverage != nil {
		answers = append(answers, results.IntervalFields(m.Task)...)
	}
	if src.predictions, err = table.ReadFile(src.paths.predictions, table.Options{Fields: answers}); err != nil {
		return err
	}
	src.facts.Test, src.facts.Predictions = src.test, src.predictions
	if src.predictions.Len() == 0 || src.train.Len() == 0 {
		return fmt.Errorf("there are no rows to draw")
	}
	return nil
}

// target returns the column of the training rows that is predicted.
func (src *sources) target() *table.Column { return src.train.Column(src.schema.Target) }

// label is the name of a column with its unit.
func (src *sources) label(name string) string {
	if c := src.schema.Column(name); c != nil && c.Unit != "" {
		return fmt.Sprintf("%s (%s)", words(name), c.Unit)
	}
	return words(name)
}
