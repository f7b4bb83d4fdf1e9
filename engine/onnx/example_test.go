package onnx_test

import (
	"bytes"
	"context"
	"fmt"

	"example.com/engine/model"
	"example.com/engine/onnx"
	"example.com/engine/table"
)

func ExampleExport() {
	rows := table.Must(table.Floats("rooms", []float64{1, 2, 4}), table.Floats("price", []float64{60, 110, 200}))
	r, err := model.NewRecipe("{columns: [{columns: [rooms], steps: [standard_scaler]}], intervals: {method: none}}", rows)
	if err != nil {
		panic(err)
	}
	m, err := r.Fit(context.Background(), rows)
	if err != nil {
		panic(err)
	}
	file, err := onnx.Export(m, onnx.Options{})
	fmt.Println("with an input rooms:", bytes.Contains(file, []byte("rooms")), err)
	// Output: with an input rooms: true <nil>
}
