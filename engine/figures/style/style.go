// Package style is how figures look: colours that the colour-blind can tell apart and
// that a dark page may change, plots with fonts, axes and labels of one kind, and the
// lines, dots, bands and bars that most figures are made of. Figures of a project are
// drawn with it like those of the template.
package style

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Colours that keep their difference for the colour-blind (Okabe and Ito 2008)
// and in grey.
var (
	Blue   = color.NRGBA{0x00, 0x72, 0xb2, 0xff}
	Orange = color.NRGBA{0xd5, 0x5e, 0x00, 0xff}
	Grey   = color.NRGBA{0x8a, 0x8a, 0x8a, 0xff}
	Light  = color.NRGBA{0xe4, 0xe7, 0xeb, 0xff}
	Ink    = color.NRGBA{0x22, 0x26, 0x2b, 0xff}
)

// Variable is the name of the CSS variable that a page may set to another colour, as
// a dark one does; it is empty if a page has none for c.
func Variable(c color.NRGBA) string { return variables[c] }

var variables = map[color.NRGBA]string{
	{0xff, 0xff, 0xff, 0xff}: "paper", Ink: "ink", Grey: "axis", Light: "line", Blue: "blue", Orange: "orange",
	Series[2]: "green", Series[3]: "pink", Series[4]: "amber", Series[5]: "sky",
}

// Series are the colours of lines that stand beside each other.
var Series = []color.NRGBA{
	Blue, Orange,
	{0x00, 0x9e, 0x73, 0xff},
	{0xcc, 0x79, 0xa7, 0xff},
	{0xe6, 0x9f, 0x00, 0xff},
	{0x56, 0xb4, 0xe9, 0xff},
}

// Faint returns c with alpha out of 255, for points that lie over each other.
func Faint(c color.NRGBA, alpha uint8) color.NRGBA {
	c.A = alpha
	return c
}

// Names are cut so that they leave room for what they name: so many letters have
// their place beside a small plot or in a legend, over it, and in a wide figure.
const (
	LegendRunes = 22
	TitleRunes  = 26
	NameRunes   = 40
	AxisRunes   = 60
)

// Cut shortens s to at most so many letters, but to no less than three.
func Cut(s string, most int) string {
	if r := []rune(s); len(r) > max(most, 3) {
		return string(r[:max(most, 3)-1]) + "…"
	}
	return s
}

// NewPlot returns an empty plot in the style of all figures, with names of its axes.
// Any may be empty, and what is too long is cut.
func NewPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = Cut(title, TitleRunes), Cut(x, AxisRunes), Cut(y, NameRunes)
	p.BackgroundColor = color.White
	p.Title.TextStyle.Font = Sans(12, true)
	p.Title.Padding = vg.Points(6)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font = Sans(10, false)
		a.Tick.Label.Font = Sans(9, false)
		a.Tick.Marker = ticks{}
		a.LineStyle.Color, a.Tick.Color = Grey, Grey
		a.Tick.Label.Color, a.Label.TextStyle.Color = Ink, Ink
		a.Padding = vg.Points(2)
	}
	p.Title.TextStyle.Color = Ink
	p.Legend.TextStyle.Font, p.Legend.TextStyle.Color = Sans(9, false), Ink
	p.Legend.Padding = vg.Points(3)
	return p
}

// Sans is the font of figures; the size is in points.
func Sans(size float64, bold bool) font.Font {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(size)}
	if bold {
		f.Weight = 2 // as in golang.org/x/image/font: WeightSemiBold
	}
	return f
}

// Grid returns the lines behind the data.
func Grid() *plotter.Grid {
	g := plotter.NewGrid()
	g.Vertical.Color, g.Horizontal.Color = Light, Light
	return g
}

// Dot is the glyph of a scatter plot; the radius is in points.
func Dot(c color.Color, radius float64) draw.GlyphStyle {
	return draw.GlyphStyle{Color: c, Radius: vg.Points(radius), Shape: draw.CircleGlyph{}}
}
