package infer_test

import (
	"fmt"
	"os"
	"path/filepath"

	"example.com/engine/schema/infer"
)

func ExampleTable() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "houses.csv")
	os.WriteFile(path, []byte("built;town;price\n1999-02-01;Aix;200,5\n2004-07-31;Bonn;n/a\n2010-01-09;Aix;320\n"), 0o600)

	guess, err := infer.Table(path, infer.Options{Target: "price"})
	if err != nil {
		panic(err)
	}
	for i, c := range guess.Schema.Columns {
		fmt.Printf("%s: %s, %d nulls\n", c.Name, c.Type, guess.Facts[i].Nulls)
	}
	guess.WriteClean(os.Stdout)
	// Output:
	// built: time, 0 nulls
	// town: text, 0 nulls
	// price: number, 1 nulls
	// clean:
	//   comma: ";"
	//   decimal: ","
	//   # Texts that mean null wherever they come; those of one column are in schema.yaml.
	//   nulls: ["n/a"]
}
