package settings_test

import (
	"fmt"

	"example.com/engine/config"
	"example.com/engine/settings"
	"example.com/engine/source"
)

// A program checks the sections that it reads and the names of the others, not what
// is in them.
func ExampleData() {
	for _, text := range []string{
		"clean: {any: [thing], at: all}\nfetch: {source: houses.csv}",
		"fetch: {sauce: houses.csv}",
		"claen: {}",
	} {
		data := settings.Data[source.Settings, settings.Other]{Fetch: source.Default()}
		err := config.Parse("data.yaml", []byte(text), &data)
		fmt.Printf("%q %v\n", data.Fetch.Source, err)
	}
	// Output:
	// "houses.csv" <nil>
	// "" data.yaml:1:9: fetch.sauce: unknown key; did you mean "source"?
	// "" data.yaml:1:1: claen: unknown key; did you mean "clean"?
}
