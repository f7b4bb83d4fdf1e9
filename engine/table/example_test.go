package table_test

import (
	"fmt"
	"os"
	"path/filepath"

	"example.com/engine/table"
)

// Districts are read from a CSV file, those of one place are taken, and a
// column is added.
func Example() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "districts.csv")
	os.WriteFile(path, []byte("rooms,households,place\n880,126,coast\n7099,,coast\n1467,177,inland\n"), 0o644)

	districts, err := table.ReadFile(path, table.Options{Fields: []table.Field{
		{Name: "place", Kind: table.Category}, {Name: "rooms"}, {Name: "households"},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	var coast []int
	perHousehold := make([]float64, districts.Len())
	for i, row := range districts.Rows() {
		if row.String("place") == "coast" {
			coast = append(coast, i)
		}
		perHousehold[i] = row.Float("rooms") / row.Float("households") // null stays null
	}
	districts, _ = districts.With(table.Floats("rooms_per_household", perHousehold))

	w, _ := table.NewWriter(os.Stdout, "csv", districts.Fields())
	w.Write(districts.Take(coast))
	w.Close()
	// Output:
	// place,rooms,households,rooms_per_household
	// coast,880,126,6.984126984126984
	// coast,7099,,
}
