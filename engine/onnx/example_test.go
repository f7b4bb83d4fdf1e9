package onnx_test

import (
	"bytes"
	"context"
	"fmt"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/onnx"
	"example.com/engine/schema"
	"example.com/engine/table"
)

func ExampleExport() {
	r := model.Recipe{Config: model.DefaultConfig(), Schema: schema.Schema{Target: "price", Columns: []schema.Column{
		{Name: "rooms", Type: schema.Number}, {Name: "price", Type: schema.Number},
	}}}
	if err := config.Parse("model.yaml", []byte("{columns: [{columns: [rooms], steps: [standard_scaler]}], intervals: {method: none}}"), &r.Config); err != nil {
		panic(err)
	}
	m, err := r.Fit(context.Background(), table.Must(table.Floats("rooms", []float64{1, 2, 4}), table.Floats("price", []float64{60, 110, 200})))
	if err != nil {
		panic(err)
	}
	file, err := onnx.Export(m, onnx.Options{})
	fmt.Println("with an input rooms:", bytes.Contains(file, []byte("rooms")), err)
	// Output: with an input rooms: true <nil>
}
