package training_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/training"
)

// A recipe is cross-validated and fitted, and its scores are reported.
func Example() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "train.csv")
	os.WriteFile(path, []byte("rooms,price\n1,60\n2,112\n3,158\n4,210\n5,262\n6,309\n"), 0o600)

	r := model.Recipe{Config: model.DefaultConfig(), Schema: schema.Schema{Target: "price", Columns: []schema.Column{
		{Name: "rooms", Type: schema.Integer}, {Name: "price", Type: schema.Number, Unit: "k€"},
	}}}
	if err := config.Parse("model.yaml", []byte("{remainder: passthrough, intervals: {method: none}, cross_validation: {split: {kfold: {folds: 3, shuffle: true, exact: true}}}}"), &r.Config); err != nil {
		panic(err)
	}
	rows, err := training.Load(r, path)
	if err != nil {
		panic(err)
	}
	folds, err := r.Folds(rows.Table)
	if err != nil {
		panic(err)
	}
	deciding, _ := model.DecidingMetric(r.Config.Task, r.Config.Metric)
	all := model.Metrics(r.Config.Task, deciding)
	m, err := r.Fit(context.Background(), rows.Table)
	if err != nil {
		panic(err)
	}
	report, err := training.Report(m, rows.Table, deciding, all)
	if err != nil {
		panic(err)
	}
	if report.CrossValidation, err = r.CrossValidate(context.Background(), rows.Table, folds, all, func() {}); err != nil {
		panic(err)
	}
	fmt.Println(training.Summary(report))
	// Output: ridge on 6 rows, rmse 8.165 in 3 folds (± 1.845), 4.832 on the training rows
}
