// Clean brings the raw file into the form that the other stages read, and
// checks that it is what the schema says.
//
//	clean [-config DIR] [-work DIR] [-why FILE]
//
// It reads data/raw/<name> in chunks, so that memory does not grow with the
// file but where drop_duplicates is set, and writes data/processed/clean.csv (or
// .parquet), reports/validation.json and the same as a page, validation.html. What it does to the rows stands in data.yaml:
//
//	clean:
//	  nulls: ["NA", "-999"]
//	  drop_duplicates: true
//	  filters:
//	    - {column: median_house_value, below: 500001}
//
// and, where settings are not enough, in rules.go. What the columns must hold
// stands in schema.yaml. Violations of severity error end the stage with status
// 1: they are all told, and stand in reports/validation.failed.html and .json.
// The outputs of the last run stay.
package main

import (
	"context"
	"path/filepath"

	"example.com/engine/schema"
	"example.com/engine/source"
	"example.com/engine/stage"
	"example.com/engine/table"
)

func main() { stage.Main("clean", run) }

// data is data.yaml.
type data struct {
	Fetch source.Settings `yaml:"fetch"`
	Clean settings        `yaml:"clean"`
}

func run(s *stage.Stage) error {
	cfg, sch := data{source.Default(), defaults()}, schema.Schema{}
	if err := s.Config("data.yaml", &cfg, &cfg.Clean); err != nil {
		return err
	}
	if err := s.Config("schema.yaml", &sch); err != nil {
		return err
	}
	name, err := cfg.Fetch.RawName()
	if err != nil {
		return err
	}
	filters, err := bindFilters(cfg.Clean.Filters, &sch)
	if err != nil {
		return err
	}
	raw := "data/raw/" + name
	in := s.Input(raw)
	out := s.Output("data/processed/clean." + cfg.Clean.Format)
	reports := reports{s.Output(schema.ValidationFile), s.Output(schema.ValidationPage)}
	return s.Run(func(ctx context.Context) error {
		bar := s.Progress(-1, "rows")
		defer bar.Close()
		c := &cleaner{settings: cfg.Clean, schema: &sch, rules: rules, filters: filters, progress: bar.Add, scratch: filepath.Dir(out.Path)}
		f, err := out.Create()
		if err != nil {
			return err
		}
		w, err := table.NewWriter(f, cfg.Clean.Format, sch.Fields())
		if err != nil {
			return err
		}
		result, err := c.run(ctx, in, w)
		if err != nil {
			return err
		}
		result.Source = raw
		return conclude(s, result, in, sch.Target, reports)
	})
}
