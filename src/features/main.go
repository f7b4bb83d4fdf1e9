// Features adds the columns that one row is enough for, and sets test rows
// aside before anything is learned from the data.
//
//	features [-config DIR] [-work DIR] [-why FILE]
//
// It reads data/processed/clean.csv, or clean.parquet, and writes train.csv and
// test.csv beside it, each with its columns, dropped ones included, and the
// derived ones, in the order of its rows. What is to be derived and how to
// split is in features.yaml:
//
//	derive:
//	  - ratio: {name: rooms_per_household, numerator: total_rooms, denominator: households}
//	split:
//	  stratified: {column: median_income, bins: [1.5, 3, 4.5, 6]}
//
// Nothing here is fitted. Which side a row is on depends on the row, its key or
// its group alone. Rows that repeat each other never end up on both sides, nor do
// rows of one group. reports/split.json has the facts.
package main

import (
	"context"

	"example.com/engine/cleaning"
	"example.com/engine/derive"
	"example.com/engine/partition"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/settings"
	"example.com/engine/stage"
	"example.com/engine/table"
	_ "example.com/engine/table/formats"

	_ "example.com/housing/src/own"
)

func main() { stage.Main("features", run) }

func run(s *stage.Stage) error {
	cfg := settings.Features[derive.List, partition.Split]{Split: partition.DefaultSplit(), Seed: settings.DefaultSeed}
	if err := s.Config("features.yaml", &cfg); err != nil {
		return err
	}
	data := settings.Data[settings.Other, cleaning.Settings]{Clean: cleaning.Default()}
	if err := s.Config("data.yaml", &data, &data.Clean.Format); err != nil {
		return err
	}
	var sch schema.Schema
	if err := s.Config("schema.yaml", &sch, &sch.Target); err != nil {
		return err
	}
	s.Param("columns", partition.ColumnKinds(sch.Fields())) // and nothing else that is said of them
	plan := partition.Plan{Derive: cfg.Derive, Split: cfg.Split, Seed: cfg.Seed, Target: sch.Target}
	fields, err := plan.Check(sch.Fields())
	if err != nil {
		return err
	}
	cfg.Split.Open(s)
	in := s.Input("data/processed/clean." + data.Clean.Format)
	train, test, report := s.Output(results.Train), s.Output(results.Test), s.Output(results.Split)

	return s.Run(func(ctx context.Context) error {
		t, err := table.ReadFile(in, table.Options{Fields: sch.Fields()})
		if err != nil {
			return err
		}
		d, err := plan.Divide(t)
		if err != nil {
			return err
		}
		bar := s.Progress(int64(t.Len()), "rows")
		defer bar.Close()
		w := partition.Writer{Table: t, Derive: cfg.Derive, Fields: fields, Progress: bar.Add}
		if err := w.Write(ctx, d, train, test); err != nil {
			return err
		}
		return conclude(s, plan.Facts(d, fields, t.Width()), report)
	})
}

// conclude prints what the split came to and what is doubtful about it, and
// writes it.
func conclude(s *stage.Stage, facts partition.Facts, report *stage.Output) error {
	s.Logf("%s", facts)
	for _, w := range facts.Warnings {
		s.Warn("%s", w)
	}
	text, err := facts.JSON()
	if err != nil {
		return err
	}
	return report.WriteFile(text)
}
