package transform_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"

	"example.com/engine/config"
	"example.com/engine/table"
	"example.com/engine/transform"
	_ "example.com/engine/transform/steps"
)

// A column transformer as configs/model.yaml describes it: each group of
// columns goes through steps of its own, and the results stand side by side.
func ExampleColumnTransformer() {
	settings := `
columns:
  - name: rooms_per_house
    columns: [total_rooms, households]
    steps: [ratio, standard_scaler]
  - name: income
    columns: [median_income]
    steps:
      - simple_imputer: {strategy: median}
      - log
  - name: ocean
    type: category
    steps: [one_hot_encoder: {handle_unknown: ignore}]
remainder: drop
`
	train := table.Must(
		table.Floats("total_rooms", []float64{880, 7099, 1467}),
		table.Floats("households", []float64{110, 1420, 163}),
		table.Floats("median_income", []float64{1, math.NaN(), math.E}),
		table.Categories("ocean_proximity", []string{"NEAR BAY", "INLAND", "INLAND"}),
	)

	t := transform.NewColumnTransformer()
	if err := config.Parse("model.yaml", []byte(settings), t); err != nil {
		fmt.Println(err)
		return
	}
	out, err := t.FitTransform(context.Background(), train, nil, rand.New(rand.NewPCG(42, 1)))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range out.Columns() {
		fmt.Printf("%-32s %6.3f\n", c.Name, c.Floats)
	}
	fmt.Println(t.Tree())
	// Output:
	// total_rooms_per_households       [ 0.392 -1.373  0.981]
	// median_income                    [ 0.000  0.620  1.000]
	// ocean_proximity_INLAND           [ 0.000  1.000  1.000]
	// ocean_proximity_NEAR BAY         [ 1.000  0.000  0.000]
	// column_transformer: 4 → 4 columns
	//   rooms_per_house: 2 → 1 columns
	//     ratio(total_rooms / households)
	//     standard_scaler(mean=[7.333], scale=[1.7])
	//   income: 1 → 1 columns
	//     simple_imputer(strategy=median, fill=[1.859])
	//     log()
	//   ocean: 1 → 2 columns
	//     one_hot_encoder(handle_unknown=ignore, columns=[ocean_proximity_INLAND ocean_proximity_NEAR BAY])
}

// A fitted pipeline is saved as JSON, settings and what was learned, and gives
// the same numbers when it is read back.
func ExamplePipeline() {
	var p transform.Pipeline
	steps := "[simple_imputer: {strategy: mean}, min_max_scaler]"
	if err := config.Parse("steps.yaml", []byte(steps), &p); err != nil {
		fmt.Println(err)
		return
	}
	train := table.Must(table.Floats("age", []float64{10, math.NaN(), 30}))
	if err := p.Fit(train, nil, nil); err != nil {
		fmt.Println(err)
		return
	}
	saved, err := json.Marshal(p)
	if err != nil {
		fmt.Println(err)
		return
	}
	var loaded transform.Pipeline
	if err := json.Unmarshal(saved, &loaded); err != nil {
		fmt.Println(err)
		return
	}
	out, err := loaded.Transform(table.Must(table.Floats("age", []float64{15, math.NaN(), 50})))
	fmt.Println(out.Column("age").Floats, err)
	fmt.Println(loaded)
	// Output:
	// [0.25 0.5 2] <nil>
	// simple_imputer(strategy=mean, fill=[20]) → min_max_scaler(min=[10], max=[30])
}

// Matrix gives what an estimator takes.
func ExampleMatrix() {
	x := table.Must(table.Floats("a", []float64{1, 2}), table.Floats("b", []float64{3, 4}))
	m, err := transform.Matrix(x)
	fmt.Println(m.RawRowView(0), m.RawRowView(1), err)

	_, err = transform.Matrix(table.Must(table.Texts("note", []string{"hello"})))
	fmt.Println(err)
	// Output:
	// [1 3] [2 4] <nil>
	// column "note" is a text, not a number; encode or drop it
}
