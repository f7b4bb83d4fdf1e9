package leakage_test

import (
	"fmt"

	"example.com/engine/leakage"
	"example.com/engine/metrics"
	"example.com/engine/table"
)

func ExampleOf() {
	price, euros, tax, rooms := make([]float64, 100), make([]float64, 100), make([]float64, 100), make([]float64, 100)
	for i := range price {
		price[i] = float64(100 + i*i)
		euros[i], tax[i], rooms[i] = price[i], 0.01*price[i]+2, float64(i%7)
	}
	for _, c := range []*table.Column{table.Floats("euros", euros), table.Floats("tax", tax), table.Floats("rooms", rooms)} {
		fmt.Printf("%s: %q\n", c.Name, leakage.Of(c, price, metrics.Regression))
	}
	// Output:
	// euros: "equals the target"
	// tax: "rises with the target in nearly every row (rank correlation 1.0000)"
	// rooms: ""
}
