// Package style is how figures look: colours that the colour-blind can tell apart and
// that a dark page may change, plots with fonts, axes and labels of one kind, and the
// lines, dots, bands and bars that most figures are made of. Figures of a project are
// drawn with it like those of the template.
package style

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/palette"
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

// Scale maps numbers to colours between stops, in so few steps that points of
// one colour come in numbers. Values beyond the ends get the colour of the end.
type Scale struct {
	stops    []color.NRGBA
	low, top float64
}

// Steps is how many colours a [Scale] has.
const Steps = 32

// The scales. Their ends stand out from a light page and from a dark one.
var (
	// Viridis (Smith and van der Walt 2015) with its dark end made lighter, so
	// that it is seen on a dark page: blue is low, yellow high, and it rises in
	// lightness for eyes that see fewer colours.
	Viridis = []color.NRGBA{
		{0x5b, 0x4f, 0xa8, 255},
		{0x4c, 0x61, 0xa6, 255},
		{0x3b, 0x70, 0x9c, 255},
		{0x2c, 0x7d, 0x92, 255},
		{0x21, 0x90, 0x8d, 255},
		{0x22, 0xa8, 0x84, 255},
		{0x43, 0xbf, 0x71, 255},
		{0x7a, 0xd1, 0x51, 255},
		{0xbc, 0xdf, 0x27, 255},
		{0xe8, 0xd0, 0x1f, 255},
	}
	// Diverging is blue below, grey in the middle and orange above.
	Diverging = []color.NRGBA{Blue, {0x5a, 0x9f, 0xcb, 255}, {0xb0, 0xb7, 0xbe, 255}, {0xe0, 0x93, 0x55, 255}, Orange}
)

// NewScale maps from low to high, through two colours or more.
func NewScale(stops []color.NRGBA, low, high float64) *Scale {
	return &Scale{stops, low, math.Max(high, math.Nextafter(low, math.Inf(1)))}
}

// At returns the colour of a value.
func (s *Scale) At(v float64) (color.Color, error) {
	if math.IsNaN(v) {
		return Grey, nil
	}
	at := float64(s.Step(v)) / (Steps - 1) * float64(len(s.stops)-1)
	k := min(int(at), len(s.stops)-2)
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (at-float64(k))*(float64(b)-float64(a)))) }
	from, to := s.stops[k], s.stops[k+1]
	return color.NRGBA{mix(from.R, to.R), mix(from.G, to.G), mix(from.B, to.B), 255}, nil
}

// Step is the number of the colour of a value.
func (s *Scale) Step(v float64) int {
	share := math.Min(math.Max((v-s.low)/(s.top-s.low), 0), 1)
	return int(math.Min(share*Steps, Steps-1))
}

// Max and the rest implement palette.ColorMap.
func (s *Scale) Max() float64 { return s.top }

// SetMax sets the value of the last colour.
func (s *Scale) SetMax(v float64) { s.top = v }

// Min is the value of the first colour.
func (s *Scale) Min() float64 { return s.low }

// SetMin sets the value of the first colour.
func (s *Scale) SetMin(v float64) { s.low = v }

// Alpha is 1: colours are opaque.
func (s *Scale) Alpha() float64 { return 1 }

// SetAlpha does nothing.
func (s *Scale) SetAlpha(float64) {}

// Palette returns so many colours, evenly spaced.
func (s *Scale) Palette(n int) palette.Palette {
	p := colors{}
	for k := range n {
		c, _ := s.At(s.low + (s.top-s.low)*float64(k)/float64(max(1, n-1)))
		p = append(p, c)
	}
	return p
}

type colors []color.Color

func (c colors) Colors() []color.Color { return c }

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
