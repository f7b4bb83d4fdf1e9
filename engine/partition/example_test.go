package partition_test

import (
	"fmt"

	"example.com/engine/config"
	"example.com/engine/partition"
	"example.com/engine/table"
)

// Whole towns are set aside for the test.
func ExamplePlan() {
	plan := partition.Plan{Seed: 42, Target: "price"}
	if err := config.Parse("features.yaml", []byte("{group: {column: town, test_size: 0.4, exact: true}}"), &plan.Split); err != nil {
		panic(err)
	}
	t := table.Must(
		table.Categories("town", []string{"a", "b", "a", "c", "b"}),
		table.Floats("rooms", []float64{3, 4, 5, 3, 2}), table.Floats("price", []float64{100, 250, 300, 200, 150}),
	)
	fields, err := plan.Check(t.Fields())
	if err != nil {
		panic(err)
	}
	d, err := plan.Divide(t)
	if err != nil {
		panic(err)
	}
	fmt.Println(d.Rows(true), plan.Facts(d, fields, len(fields)))
	// Output: [0 2] 3 train rows, 2 test rows, in groups by town
}
