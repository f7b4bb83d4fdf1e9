package page_test

import (
	"bytes"
	"fmt"

	"example.com/engine/drift"
	"example.com/engine/page"
	"example.com/engine/table"
)

func ExampleWriteDrift() {
	before := drift.Of(table.Must(table.Categories("town", []string{"Aix", "Bonn", "Aix"})))
	now := drift.Of(table.Must(table.Categories("town", []string{"Cork", "Bonn"})))
	r := before.Compare(now, drift.Options{Reference: "train.csv", Current: "new.csv", Settings: drift.Defaults()})
	r.Judge()
	var html bytes.Buffer
	if err := page.WriteDrift(&html, r); err != nil {
		panic(err)
	}
	for line := range bytes.Lines(html.Bytes()) {
		if bytes.Contains(line, []byte("<title>")) || bytes.Contains(line, []byte("Cork")) {
			fmt.Printf("%s\n", bytes.TrimSpace(line))
		}
	}
	// Output:
	// <title>new.csv against train.csv</title>
	// <tr><td class="w note" colspan="10">town: categories not seen before, in 50 % of the values: Cork</td></tr></table></div>
}
