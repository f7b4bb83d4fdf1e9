package main

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Colours that keep their difference for the colour-blind (Okabe and Ito 2008)
// and in grey.
var (
	blue   = color.NRGBA{0x00, 0x72, 0xb2, 0xff}
	orange = color.NRGBA{0xd5, 0x5e, 0x00, 0xff}
	grey   = color.NRGBA{0x8a, 0x8a, 0x8a, 0xff}
	light  = color.NRGBA{0xe4, 0xe7, 0xeb, 0xff}
	ink    = color.NRGBA{0x22, 0x26, 0x2b, 0xff}
)

// variables name the colours that a page may set to others, as a dark one does.
var variables = map[color.NRGBA]string{
	{0xff, 0xff, 0xff, 0xff}: "paper", ink: "ink", grey: "axis", light: "line", blue: "blue", orange: "orange",
	series[2]: "green", series[3]: "pink", series[4]: "amber", series[5]: "sky",
}

// series are the colours of lines that stand beside each other.
var series = []color.NRGBA{
	blue, orange,
	{0x00, 0x9e, 0x73, 0xff},
	{0xcc, 0x79, 0xa7, 0xff},
	{0xe6, 0x9f, 0x00, 0xff},
	{0x56, 0xb4, 0xe9, 0xff},
}

// faint returns c with less of it, for points that lie over each other.
func faint(c color.NRGBA, alpha uint8) color.NRGBA {
	c.A = alpha
	return c
}

// Names are cut so that they leave room for what they name: so many letters have
// their place beside a small plot or in a legend, over it, and in a wide figure.
const (
	legendRunes = 22
	titleRunes  = 26
	nameRunes   = 40
	axisRunes   = 60
)

// cut shortens s to at most so many letters, but to no less than three.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > max(most, 3) {
		return string(r[:max(most, 3)-1]) + "…"
	}
	return s
}

// newPlot returns an empty plot in the style of all figures.
func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = cut(title, titleRunes), cut(x, axisRunes), cut(y, nameRunes)
	p.BackgroundColor = color.White
	p.Title.TextStyle.Font = sans(12, true)
	p.Title.Padding = vg.Points(6)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font = sans(10, false)
		a.Tick.Label.Font = sans(9, false)
		a.Tick.Marker = ticks{}
		a.LineStyle.Color, a.Tick.Color = grey, grey
		a.Tick.Label.Color, a.Label.TextStyle.Color = ink, ink
		a.Padding = vg.Points(2)
	}
	p.Title.TextStyle.Color = ink
	p.Legend.TextStyle.Font, p.Legend.TextStyle.Color = sans(9, false), ink
	p.Legend.Padding = vg.Points(3)
	return p
}

func sans(size float64, bold bool) font.Font {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(size)}
	if bold {
		f.Weight = 2 // as in golang.org/x/image/font: WeightSemiBold
	}
	return f
}

// grid returns the lines behind the data.
func grid() *plotter.Grid {
	g := plotter.NewGrid()
	g.Vertical.Color, g.Horizontal.Color = light, light
	return g
}

// ticks are the default ones with labels that a person reads: 200k for 200000.
type ticks struct {
	few bool // for a narrow axis
}

// Ticks implements plot.Ticker.
func (t ticks) Ticks(low, high float64) []plot.Tick {
	if !(high > low) {
		return []plot.Tick{{Value: low, Label: short(low)}}
	}
	step := t.step(low, high)
	var list []plot.Tick
	for k := math.Ceil(low/step - 1e-9); k*step <= high+1e-9*step; k++ {
		list = append(list, plot.Tick{Value: k * step, Label: short(k*step + 0)}) // + 0 makes -0 a 0
	}
	return list
}

// step is 1, 2, 2.5 or 5 times a power of ten, for three to eight labels, or for as
// few as there can be from three on.
func (t ticks) step(low, high float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10((high-low)/4)))
	for _, k := range []float64{20, 10, 5, 2.5, 2} {
		step := k * unit
		labels := math.Floor(high/step+1e-9) - math.Ceil(low/step-1e-9) + 1
		if t.few && labels >= 3 || !t.few && k < 10 && step <= (high-low)/3.5 {
			return step
		}
	}
	return unit
}

// short prints a number of an axis: 0.5, 12, 200k, 1.5M.
func short(v float64) string {
	for _, u := range []struct {
		size float64
		sign string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if math.Abs(v) >= u.size && (u.size > 1e3 || math.Abs(v) >= 1e4) {
			return trimmed(v/u.size) + u.sign
		}
	}
	return trimmed(v)
}

func trimmed(v float64) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// words turns the name of a column into words.
func words(name string) string { return strings.ReplaceAll(name, "_", " ") }

// dot is the glyph of a scatter plot.
func dot(c color.Color, radius float64) draw.GlyphStyle {
	return draw.GlyphStyle{Color: c, Radius: vg.Points(radius), Shape: draw.CircleGlyph{}}
}
