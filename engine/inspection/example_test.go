package inspection_test

import (
	"context"
	"fmt"

	"example.com/engine/inspection"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/table"
)

// The price depends on the rooms, and hardly on the age.
func ExampleCase() {
	rooms, age, price := make([]float64, 100), make([]float64, 100), make([]float64, 100)
	for i := range price {
		rooms[i], age[i] = float64(1+i%7), float64(i*i%31)
		price[i] = 10 + 50*rooms[i] - 0.1*age[i]
	}
	rows := table.Must(table.Floats("rooms", rooms), table.Floats("age", age), table.Floats("price", price))
	r, err := model.NewRecipe("{remainder: passthrough, intervals: {method: none}}", rows)
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	m, err := r.Fit(ctx, rows.Slice(0, 70))
	if err != nil {
		panic(err)
	}
	test := rows.Slice(70, 100)
	predicted, err := m.Predict(test)
	if err != nil {
		panic(err)
	}
	found, err := inspection.Case{
		Model: m, Test: test, Data: predicted.Data(test.Column("price").Floats), Metric: metrics.All(model.Regression)[0],
		Settings: model.DefaultExplanation(), Seed: 42,
	}.Run(ctx)
	if err != nil {
		panic(err)
	}
	for _, i := range found.Importance {
		fmt.Printf("%s: %s worse by %.0f\n", i.Columns, found.Metric, i.Mean)
	}
	// Output:
	// [rooms]: rmse worse by 140
	// [age]: rmse worse by 1
}
