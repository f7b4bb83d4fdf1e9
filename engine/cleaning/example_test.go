package cleaning_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"example.com/engine/cleaning"
	"example.com/engine/config"
	"example.com/engine/schema"
	"example.com/engine/table"
)

func ExampleCleaner() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	raw := filepath.Join(dir, "houses.csv")
	os.WriteFile(raw, []byte("price;rooms;agent\n200,5;3;x\n;2;y\n90;?;z\n-1;4;z\n"), 0o600)

	settings := cleaning.Default()
	if err := config.Parse("data.yaml", []byte(`{comma: ";", decimal: ",", nulls: ["?"]}`), &settings); err != nil {
		panic(err)
	}
	s := schema.Schema{Target: "price", Columns: []schema.Column{
		{Name: "rooms", Type: schema.Integer, Nullable: true}, {Name: "price", Type: schema.Number, Min: new(float64)},
	}}
	c, err := cleaning.New(settings, &s)
	if err != nil {
		panic(err)
	}
	w, _ := table.NewWriter(os.Stdout, "csv", s.Fields())
	found, err := c.Clean(context.Background(), raw, w)
	if err != nil {
		panic(err)
	}
	w.Close()
	fmt.Println(cleaning.Summary(found))
	fmt.Println(cleaning.Verdict(found, "houses.csv", "houses.html"))
	// Output:
	// rooms,price
	// 3,200.5
	// ,90
	// 4,-1
	// 3 rows, 2 columns; dropped 1 (the target is null)
	// houses.csv: column "price": below the minimum 0 in 1 row (33.3 %): -1 (line 5); see houses.html
}
