// Clean brings the raw file into the form that the other stages read, and
// checks that it is what the schema says.
//
//	clean [-config DIR] [-work DIR] [-why FILE]
//
// It reads data/raw/<name> in chunks, so that memory does not grow with the
// file unless drop_duplicates is set, and writes data/processed/clean.csv (or
// .parquet), reports/validation.json and the same as a page, validation.html.
// What it does to the rows is in data.yaml:
//
//	clean:
//	  nulls: ["NA", "-999"]
//	  drop_duplicates: true
//	  filters:
//	    - {column: median_house_value, below: 500001}
//	  rules: [drop_contradictions]
//
// Rules are functions in src/own/rules.go. What the columns must hold is in
// schema.yaml. Violations of severity error end the stage with status 1: all
// of them are printed, and are in reports/validation.failed.html and .json.
// The outputs of the last run stay.
package main

import (
	"context"
	"path/filepath"

	"example.com/engine/cleaning"
	"example.com/engine/schema"
	"example.com/engine/settings"
	"example.com/engine/source"
	"example.com/engine/stage"
	"example.com/engine/table"
	_ "example.com/engine/table/formats"

	_ "example.com/housing/src/own"
)

func main() { stage.Main("clean", run) }

func run(s *stage.Stage) error {
	cfg := settings.Data[source.Settings, cleaning.Settings]{Fetch: source.Default(), Clean: cleaning.Default()}
	if err := s.Config("data.yaml", &cfg, &cfg.Clean); err != nil {
		return err
	}
	var sch schema.Schema
	if err := s.Config("schema.yaml", &sch); err != nil {
		return err
	}
	name, err := cfg.Fetch.RawName()
	if err != nil {
		return err
	}
	c, err := cleaning.New(cfg.Clean, &sch)
	if err != nil {
		return err
	}
	raw := "data/raw/" + name
	in := s.Input(raw)
	out := s.Output("data/processed/clean." + cfg.Clean.Format)
	report, page := s.Output(schema.ValidationFile), s.Output(schema.ValidationPage)

	return s.Run(func(ctx context.Context) error {
		bar := s.Progress(-1, "rows")
		defer bar.Close()
		c.Progress, c.Scratch = bar.Add, filepath.Dir(out.Path)
		w, err := create(out, cfg.Clean.Format, sch.Fields())
		if err != nil {
			return err
		}
		found, err := c.Clean(ctx, in, w)
		if err != nil {
			return err
		}
		found.Source = raw
		if err := cleaning.Judge(s, found, in, sch.Target); err != nil {
			return err
		}
		s.Logf("%s", cleaning.Summary(found))
		return cleaning.Write(found, sch.Target, report, page)
	})
}

// create opens the output for a table of those fields.
func create(out *stage.Output, format string, fields []table.Field) (table.Writer, error) {
	f, err := out.Create()
	if err != nil {
		return nil, err
	}
	return table.NewWriter(f, format, fields)
}
