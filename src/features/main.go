// Features adds the columns that one row is enough for, and sets test rows
// aside before anything is learned from the data.
//
//	features [-config DIR] [-work DIR] [-why FILE]
//
// It reads data/processed/clean.csv, or clean.parquet, and writes train.csv and
// test.csv beside it, each with its columns, dropped ones included, and the
// derived ones, in the order of its rows. What is to be derived and how to
// split stands in features.yaml:
//
//	derive:
//	  - ratio: {name: rooms_per_household, numerator: total_rooms, denominator: households}
//	split:
//	  stratified: {column: median_income, bins: [1.5, 3, 4.5, 6]}
//
// Nothing here is fitted. Rows that repeat each other never end up on both
// sides, nor do rows of one group. reports/split.json has the facts.
package main

import (
	"context"
	"strings"

	"example.com/engine/schema"
	"example.com/engine/stage"
	"example.com/engine/table"

	_ "example.com/housing/src/own"
)

func main() { stage.Main("features", run) }

func run(s *stage.Stage) error {
	cfg, sch, from := defaults(), schema.Schema{}, data{Clean: "csv"}
	if err := s.Config("features.yaml", &cfg); err != nil {
		return err
	}
	if err := s.Config("data.yaml", &from, &from.Clean); err != nil {
		return err
	}
	if err := s.Config("schema.yaml", &sch, &sch.Target); err != nil {
		return err
	}
	s.Param("columns", kinds(sch.Fields())) // and nothing else that is said of them
	fields, err := cfg.check(sch.Fields(), sch.Target)
	if err != nil {
		return err
	}
	if l, ok := cfg.Split.strategy.(*listed); ok {
		l.open(s)
	}
	in := s.Input("data/processed/clean." + string(from.Clean))
	train := s.Output("data/processed/train.csv")
	test := s.Output("data/processed/test.csv")
	report := s.Output("reports/split.json")
	return s.Run(func(ctx context.Context) error {
		t, err := table.ReadFile(in, table.Options{Fields: sch.Fields()})
		if err != nil {
			return err
		}
		d, err := cfg.divide(t, sch.Target)
		if err != nil {
			return err
		}
		bar := s.Progress(int64(t.Len()), "rows")
		defer bar.Close()
		w := writer{t, cfg.Derive, fields, bar}
		if err := w.write(ctx, d, train, test); err != nil {
			return err
		}
		return conclude(s, report, describe(cfg, d, fields, t.Width()), d.warn)
	})
}

// kinds says of each column what a change of would change the outputs.
func kinds(fields []table.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = strings.TrimSpace(f.Name + ": " + f.Kind.String() + " " + f.Layout)
	}
	return out
}
