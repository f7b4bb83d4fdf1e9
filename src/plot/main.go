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
	"errors"
	"io"

	"example.com/engine/figures"
	"example.com/engine/model"
	"example.com/engine/report"
	"example.com/engine/results"
	"example.com/engine/stage"

	_ "example.com/housing/src/own"
	_ "example.com/housing/src/own/figures"
)

func main() { stage.Main("plot", run) }

func run(s *stage.Stage) error {
	// What the settings say: it decides which figures there are.
	data := &figures.Data{}
	if err := s.Config("schema.yaml", &data.Schema); err != nil {
		return err
	}
	cfg := model.DefaultConfig()
	if err := s.Config("model.yaml", &cfg, &cfg.Task, &cfg.Intervals, &cfg.LearningCurve, &cfg.Card); err != nil {
		return err
	}
	data.Task, data.CardText = cfg.Task, cfg.Card
	data.Intervals, data.LearningCurve = cfg.Intervals.Method != "none", cfg.LearningCurve

	// What is read, and what is written.
	figures.Declare(s, data)
	list := figures.For(data)
	files := make([]struct{ png, svg *stage.Output }, len(list))
	for k, f := range list {
		files[k].png, files[k].svg = s.Output("reports/figures/"+f.Name+".png"), s.Output("reports/figures/"+f.Name+".svg")
	}
	page := s.Output(results.Report)

	return s.Run(func(ctx context.Context) error {
		if err := figures.Load(s.Path("."), data); err != nil {
			return err
		}
		bar := s.Progress(int64(len(list)), "drawing")
		defer bar.Close()
		drawn, err := figures.Draw(ctx, list, data, func(k int, png, svg []byte) error {
			bar.Add(1)
			return errors.Join(files[k].png.WriteFile(png), files[k].svg.WriteFile(svg))
		})
		if err != nil {
			return err
		}
		if err := page.Fill(func(w io.Writer) error { return report.Write(w, data.Facts, drawn) }); err != nil {
			return err
		}
		s.Logf("%d figures, %s", len(list), page.Path)
		return nil
	})
}
