// Command plot draws what the other stages found and writes the report.
//
//	plot [-config DIR] [-work DIR]
//
// It reads the training rows, the candidate, its test predictions and the
// reports and records of the stages before it, and writes each figure as PNG
// and SVG to reports/figures, and reports/index.html: one page that needs no
// other file and no network.
package main

import (
	"context"

	"example.com/engine/model"
	"example.com/engine/report"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/stage"

	_ "example.com/housing/src/own"
)

func main() { stage.Main("plot", run) }

func run(s *stage.Stage) error {
	var sch schema.Schema
	if err := s.Config("schema.yaml", &sch); err != nil {
		return err
	}
	cfg := model.DefaultConfig()
	if err := s.Config("model.yaml", &cfg, &cfg.Task, &cfg.Intervals, &cfg.LearningCurve, &cfg.Card); err != nil {
		return err
	}
	src := declare(s)
	src.schema, src.task = sch, cfg.Task
	src.facts.CardText = cfg.Card
	src.intervals, src.learning = cfg.Intervals.Method != "none", cfg.LearningCurve
	figures := figuresFor(src)
	outputs := make([]output, len(figures))
	for i, f := range figures {
		outputs[i] = output{s.Output("reports/figures/" + f.name + ".png"), s.Output("reports/figures/" + f.name + ".svg")}
	}
	page := s.Output(results.Report)
	return s.Run(func(ctx context.Context) error {
		if err := src.load(); err != nil {
			return err
		}
		drawn, err := drawAll(ctx, figures, src, outputs, s.Progress(int64(len(figures)), "drawing"))
		if err != nil {
			return err
		}
		f, err := page.Create()
		if err != nil {
			return err
		}
		if err := report.Write(f, src.facts, drawn); err != nil {
			return err
		}
		s.Logf("%d figures, %s", len(figures), page.Path)
		return nil
	})
}

// output is the two files of a figure.
type output struct{ png, svg *stage.Output }
