package report_test

import (
	"fmt"

	"example.com/engine/report"
)

// A picture has words for readers who can't see it.
func ExampleFigure_Image() {
	f := report.Figure{Title: "A & b", PNG: []byte("png")}
	fmt.Println(f.Image())
	f.Alt = "a < b"
	fmt.Println(f.Image())
	// Output:
	// <img alt="A &amp; b" src="data:image/png;base64,cG5n"/>
	// <img alt="a &lt; b" src="data:image/png;base64,cG5n"/>
}
