package schema_test

import (
	"fmt"
	"math"

	"example.com/engine/config"
	"example.com/engine/schema"
	"example.com/engine/table"
)

func ExampleChecker() {
	var s schema.Schema
	if err := config.Parse("schema.yaml", []byte(`
target: price
columns:
  - {name: price, type: number, min: 0}
  - {name: town, type: category, categories: [Aix, Bonn], nullable: true, on_unseen: warning}
`), &s); err != nil {
		panic(err)
	}
	c := schema.NewChecker(&s)
	c.Add(table.Must(table.Floats("price", []float64{200, -1, math.NaN()}), table.Categories("town", []string{"Aix", "Cork", ""})))
	found, err := c.Result()
	if err != nil {
		panic(err)
	}
	for _, v := range found.Violations {
		fmt.Printf("%s: %s\n", v.Severity, v)
	}
	// Output:
	// error: column "price": null in 1 row (33.3 %): row 3
	// error: column "price": below the minimum 0 in 1 row (33.3 %): -1 (row 2)
	// warning: column "town": not one of Aix, Bonn in 1 row (33.3 %): Cork (row 2)
}
