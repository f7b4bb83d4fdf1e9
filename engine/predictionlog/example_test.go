package predictionlog_test

import (
	"context"
	"fmt"
	"os"

	"example.com/engine/predictionlog"
	"example.com/engine/table"
)

func Example() {
	s := predictionlog.Default()
	s.Folder, _ = os.MkdirTemp("", "example")
	defer os.RemoveAll(s.Folder)
	s.Redact = map[string]string{"name": "drop"}
	log, err := predictionlog.Open(s, predictionlog.Counts{})
	if err != nil {
		panic(err)
	}
	name, rooms := table.Texts("name", []string{"Ada", "Bob"}), table.Floats("rooms", []float64{3, 4})
	log.Add(&predictionlog.Rows{
		Source:  &predictionlog.Source{Model: "4be2a1c09d77", Columns: []table.Field{{Name: "name", Kind: table.Text}, {Name: "rooms"}}},
		Request: "9f0c", Columns: []*table.Column{name, rooms}, Values: []float64{200, 250},
	})
	if err := log.Close(context.Background()); err != nil {
		panic(err)
	}
	r, err := predictionlog.NewReader(s.Folder)
	for err == nil {
		var row predictionlog.Record
		if row, err = r.Next(); err == nil {
			fmt.Println(row.Request, row.Row, row.Inputs, row.Prediction)
		}
	}
	fmt.Println(err)
	// Output:
	// 9f0c 0 map[rooms:3] 200
	// 9f0c 1 map[rooms:4] 250
	// EOF
}
