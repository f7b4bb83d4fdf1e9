// Command pipeline is the engine as a library: it reads a CSV file, cross-validates a
// pipeline on it, fits it on all rows, saves it, loads it again and predicts.
//
//	go run ./examples/pipeline FILE.csv TARGET MODEL.zip
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"example.com/engine/config"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/schema/infer"
	"example.com/engine/stage"
	"example.com/engine/table"
)

const settings = `
columns:
  - {type: number, steps: [simple_imputer: {strategy: median}, standard_scaler]}
  - {type: category, steps: [one_hot_encoder: {handle_unknown: ignore}]}
estimator:
  gradient_boosting_regressor: {max_iter: 50, max_leaf_nodes: 8}
`

func run(out io.Writer, path, target, place string) error {
	guess, err := infer.Table(path, infer.Options{Target: target})
	if err != nil {
		return err
	}
	recipe := model.Recipe{Config: model.DefaultConfig(), Schema: guess.Schema}
	if err := config.Parse("settings", []byte(settings), &recipe.Config); err != nil {
		return err
	}
	options := table.Options{Fields: recipe.Schema.Fields(), Nulls: guess.Nulls}
	rows, err := table.ReadFile(path, guess.Dialect.Apply(options)) // as the guess read it
	if err != nil {
		return err
	}
	ctx := context.Background()
	folds, err := recipe.Folds(rows)
	if err != nil {
		return err
	}
	scores, err := recipe.CrossValidate(ctx, rows, folds, metrics.All(metrics.Regression)[:1], func() {})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: rmse %.3g ± %.2g\n", scores.Strategy, scores.Mean["rmse"], scores.StdErr["rmse"])
	learned, err := recipe.Fit(ctx, rows)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := learned.Save(&file); err != nil {
		return err
	}
	if err := stage.WriteAtomic(place, "pipeline", file.Bytes()); err != nil {
		return err
	}
	loaded, err := model.Open(place)
	if err != nil {
		return err
	}
	answers, err := loaded.Predict(rows.Slice(0, 3))
	fmt.Fprintf(out, "%.4g\n", answers.Values)
	return err
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: pipeline FILE.csv TARGET MODEL.zip")
		os.Exit(2)
	}
	if err := run(os.Stdout, os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "pipeline:", err)
		os.Exit(1)
	}
}
