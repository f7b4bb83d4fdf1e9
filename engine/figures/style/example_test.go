package style_test

import (
	"bytes"
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"example.com/engine/figures/canvas"
	"example.com/engine/figures/style"
)

// A figure of three dots with a line at 0.
func Example() {
	p := style.NewPlot("Residuals", "age", "residual")
	p.Add(style.Grid())
	if err := style.AddDots(p, plotter.XYs{{X: 1, Y: -2}, {X: 2, Y: 1}, {X: 3, Y: 0.5}}, style.Dot(style.Blue, 1.4)); err != nil {
		panic(err)
	}
	c := canvas.New(300, 200)
	p.Draw(draw.New(c))
	svg := c.SVG("Three residuals.")
	fmt.Println(bytes.Count(svg, []byte("h0")), "dots in", style.Variable(style.Blue))
	// Output: 3 dots in blue
}
