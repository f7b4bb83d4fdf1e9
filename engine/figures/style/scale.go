package style

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
)

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
