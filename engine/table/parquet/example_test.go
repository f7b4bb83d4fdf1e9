package parquet_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"example.com/engine/table"
	_ "example.com/engine/table/parquet"
)

func Example() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "houses.parquet")

	houses := table.Must(table.Categories("town", []string{"Aix", ""}), table.Floats("price", []float64{math.NaN(), 200}))
	var file bytes.Buffer
	w, err := table.NewWriter(&file, "parquet", houses.Fields())
	if err != nil {
		panic(err)
	}
	w.Write(houses)
	w.Close()
	os.WriteFile(path, file.Bytes(), 0o600)

	back, err := table.ReadFile(path, table.Options{})
	if err != nil {
		panic(err)
	}
	for _, row := range back.Rows() {
		fmt.Printf("%q %v\n", row.String("town"), row.Float("price"))
	}
	// Output:
	// "Aix" NaN
	// "" 200
}
