package model_test

import (
	"bytes"
	"context"
	"fmt"
	"math"

	"example.com/engine/model"
	"example.com/engine/table"
)

// A recipe is fitted, saved, and predicts after it was read again.
func ExampleRecipe() {
	rows := table.Must(
		table.Floats("rooms", []float64{1, 2, 3, 4}), table.Categories("town", []string{"Aix", "Bonn", "Bonn", "Aix"}),
		table.Floats("price", []float64{110, 170, 220, 260}),
	)
	r, err := model.NewRecipe(`
columns:
  - {columns: [rooms], steps: [simple_imputer]}
  - {columns: [town], steps: [one_hot_encoder: {handle_unknown: ignore}]}
estimator: linear_regression
intervals: {method: none}
`, rows)
	if err != nil {
		panic(err)
	}
	r.Schema.Column("rooms").Nullable = true
	m, err := r.Fit(context.Background(), rows)
	if err != nil {
		panic(err)
	}
	var file bytes.Buffer
	if err := m.Save(&file); err != nil {
		panic(err)
	}
	m, err = model.Read(file.Bytes())
	if err != nil {
		panic(err)
	}
	p, err := m.Predict(table.Must(table.Floats("rooms", []float64{5, math.NaN()}), table.Categories("town", []string{"Bonn", "Aix"})))
	fmt.Printf("%.1f %v\n", p.Values, err)
	// Output: [320.0 185.0] <nil>
}
