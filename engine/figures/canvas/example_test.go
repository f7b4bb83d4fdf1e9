package canvas_test

import (
	"fmt"

	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/canvas"
	"example.com/engine/figures/style"
)

// A square in a colour of the style, which a dark page may change.
func Example() {
	c := canvas.New(100, 50)
	c.SetColor(style.Blue)
	c.Fill(vg.Rectangle{Min: vg.Point{X: 10, Y: 10}, Max: vg.Point{X: 30, Y: 30}}.Path())
	fmt.Printf("%s\n", c.SVG("a square"))
	// Output: <svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="a square" viewBox="0 0 100 50" font-family="Liberation Sans,Arial,Helvetica,sans-serif"><path style="fill:var(--blue,#0072b2)" d="M10 40L30 40L30 20L10 20Z"/></svg>
}
