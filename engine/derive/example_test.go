package derive_test

import (
	"fmt"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/table"
)

// The same list serves a whole table and a single row.
func Example() {
	var list derive.List
	err := config.Parse("features.yaml", []byte(`
- ratio: {name: rooms_per_household, numerator: rooms, denominator: households}
- equal: {name: capped, column: age, value: 52}
- haversine:
    places: [{name: San Francisco, latitude: 37.7749, longitude: -122.4194},
             {name: Los Angeles, latitude: 34.0522, longitude: -118.2437}]
    nearest: city
    nearest_km: city_km
`), &list)
	if err != nil {
		panic(err)
	}
	rows := table.Must(
		table.Floats("rooms", []float64{880, 1627}), table.Floats("households", []float64{126, 0}),
		table.Floats("age", []float64{41, 52}),
		table.Floats("latitude", []float64{37.88, 34.1}), table.Floats("longitude", []float64{-122.23, -118.3}),
	)
	derived, err := list.Apply(rows)
	if err != nil {
		panic(err)
	}
	for _, row := range derived.Rows() {
		fmt.Printf("%.3f %g %s %.1f\n", row.Float("rooms_per_household"), row.Float("capped"), row.String("city"), row.Float("city_km"))
	}
	// Output:
	// 6.984 0 San Francisco 20.3
	// NaN 1 Los Angeles 7.4
}
