package figures

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"example.com/engine/figures/style"
	"example.com/engine/metrics"
)

var confusion = Figure{
	Title:   "Confusion matrix",
	Caption: "Test rows by their class, a line each, and by the class predicted, a column each; shaded by the share of the line. Right answers lie on the diagonal.",
	Width:   5.6 * vg.Inch, Height: func(d *Data) vg.Length {
		return vg.Length(len(d.Model.Classes))*0.45*vg.Inch + 1.6*vg.Inch
	},
	Section: "predictions",
	Applies: classification,
	Draw: func(d *Data, _ int) (Grid, error) {
		classes := d.Model.Classes
		p := style.NewPlot("", "predicted", "actual")
		counts := metrics.Confusion(codesOf(d, "actual"), codesOf(d, "predicted"), nil)
		p.Add(cells{padded(counts, len(classes))})
		columns, lines := make([]string, len(classes)), make([]string, len(classes))
		for k, c := range classes { // the first line is the topmost
			columns[k], lines[len(classes)-1-k] = style.Cut(c, 60/len(classes)), style.Cut(c, style.LegendRunes)
		}
		p.NominalX(columns...)
		p.NominalY(lines...)
		return One(p), nil
	},
}

// codesOf returns the class codes of a column of the predictions.
func codesOf(d *Data, name string) []float64 {
	code := map[string]float64{}
	for k, class := range d.Model.Classes {
		code[class] = float64(k)
	}
	c := d.Predictions.Column(name)
	out := make([]float64, c.Len())
	for i, k := range c.Codes {
		out[i] = code[c.Levels[k]]
	}
	return out
}

// padded adds the last classes, which no row was of or taken for.
func padded(m metrics.ConfusionMatrix, k int) metrics.ConfusionMatrix {
	out := make(metrics.ConfusionMatrix, k)
	for i := range out {
		out[i] = make([]float64, k)
		if i < len(m) {
			copy(out[i], m[i])
		}
	}
	return out
}

// cells draws a confusion matrix, a square a cell with its count.
type cells struct{ counts metrics.ConfusionMatrix }

// Plot implements plot.Plotter.
func (m cells) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	k := len(m.counts)
	for i, line := range m.counts {
		total := 0.0
		for _, n := range line {
			total += n
		}
		row := float64(k - 1 - i)
		for j, n := range line {
			share := 0.0
			if total > 0 {
				share = n / total
			}
			left, right, low, high := x(float64(j)-0.48), x(float64(j)+0.48), y(row-0.48), y(row+0.48)
			c.FillPolygon(shade(share), []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}})
			style := draw.TextStyle{Color: style.Ink, Font: style.Sans(10, false), XAlign: text.XCenter, YAlign: text.YCenter, Handler: p.Title.TextStyle.Handler}
			if share > 0.55 {
				style.Color = color.White
			}
			c.FillText(style, vg.Point{X: x(float64(j)), Y: y(row)}, fmt.Sprintf("%g", n))
		}
	}
}

// DataRange implements plot.DataRanger.
func (m cells) DataRange() (xmin, xmax, ymin, ymax float64) {
	edge := float64(len(m.counts)) - 0.5
	return -0.5, edge, -0.5, edge
}

// shade goes from almost nothing to blue.
func shade(share float64) color.Color {
	return style.Faint(style.Blue, uint8(0x0c+share*0xf3))
}
