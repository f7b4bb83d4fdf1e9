package wire_test

import (
	"fmt"

	"example.com/engine/schema"
	"example.com/engine/serving/wire"
)

// Two rows are read into columns, and what is wrong with them is named with its place.
func ExampleDecoder() {
	least := 1.0
	in := wire.NewInputs(&schema.Schema{Target: "price", Columns: []schema.Column{
		{Name: "rooms", Type: schema.Integer, Min: &least}, {Name: "town", Type: schema.Category, Nullable: true}, {Name: "price", Type: schema.Number},
	}}, nil)
	rows := in.Take()
	defer rows.GiveBack()
	var d wire.Decoder
	d.Reset([]byte(`[{"rooms": 3, "town": "Aix"}, {"rooms": "many"}]`), rows, 100)
	if _, err := d.Document(); err != nil {
		fmt.Println(wire.Unreadable(err).Detail)
	}
	fmt.Println(rows.Columns[0].Floats, rows.Columns[1].String(0))
	for _, e := range wire.Invalid(d.Faults).Errors {
		fmt.Printf("%s %s %s; allowed: %s\n", e.Pointer, e.Value, e.Detail, e.Allowed)
	}
	// Output:
	// [3 NaN] Aix
	// #/1/rooms "many" is a text; allowed: a whole number from 1 on
}
