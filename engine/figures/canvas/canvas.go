// Package canvas turns plots into files: SVG that is small, follows the colours of the
// page it is on and shows text as wide as it was measured, and PNG with a palette.
package canvas

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
)

// Canvas draws SVG for pages; it is a [vg.CanvasSizer]. It differs from vgsvg's in two ways.
//
// What is drawn in one style becomes one element: a dot takes about ten bytes
// and not a hundred and fifty, so that a figure of thousands needs no pixels.
//
// Colours of the style of all figures stand as variables of CSS, with the
// colour itself for pages that do not set them: a dark page gives ink another
// colour. The background is the page's.
type Canvas struct {
	width, height vg.Length
	state         state
	stack         []state
	out           bytes.Buffer

	// What waits for more of its style.
	pending
}

// state is what Push keeps.
type state struct {
	color      color.NRGBA
	line       vg.Length
	dashes     string
	a, b, c, d float64 // x' = a x + c y + e, y' = b x + d y + f
	e, f       float64
}

// pending is shapes of one style, each the data of a path.
type pending struct {
	style  string
	shapes []string
	layers int // paths to spread the shapes over
}

// dotLayers is how many see-through dots may lie over each other and still be
// told from fewer: dots of one path do not add up.
const dotLayers = 6

// New returns an empty drawing.
func New(width, height vg.Length) *Canvas {
	c := &Canvas{width: width, height: height, state: state{a: 1, d: 1}}
	vg.Initialize(c)
	return c
}

// SVG returns the drawing; alt is for readers who can't see it.
func (c *Canvas) SVG(alt string) []byte {
	c.flush()
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="%s" viewBox="0 0 %s %s" font-family="Liberation Sans,Arial,Helvetica,sans-serif">`,
		html.EscapeString(alt), short1(float64(c.width)), short1(float64(c.height)))
	b.Write(c.out.Bytes())
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// Size is that of the drawing.
func (c *Canvas) Size() (x, y vg.Length) { return c.width, c.height }

// SetLineWidth and the next set the state.
func (c *Canvas) SetLineWidth(w vg.Length) { c.state.line = w }

// SetLineDash takes lengths of dashes and gaps.
func (c *Canvas) SetLineDash(pattern []vg.Length, _ vg.Length) {
	var parts []string
	for _, p := range pattern {
		parts = append(parts, short1(float64(p)))
	}
	c.state.dashes = strings.Join(parts, " ")
}

// SetColor sets the colour of what follows.
func (c *Canvas) SetColor(col color.Color) {
	if col == nil {
		col = color.Black
	}
	c.state.color = color.NRGBAModel.Convert(col).(color.NRGBA)
}

// Rotate turns what follows, by radians.
func (c *Canvas) Rotate(rad float64) {
	s, k := math.Sincos(rad)
	t := &c.state
	t.a, t.b, t.c, t.d = t.a*k+t.c*s, t.b*k+t.d*s, t.c*k-t.a*s, t.d*k-t.b*s
}

// Translate moves what follows.
func (c *Canvas) Translate(p vg.Point) {
	t := &c.state
	t.e, t.f = t.e+t.a*float64(p.X)+t.c*float64(p.Y), t.f+t.b*float64(p.X)+t.d*float64(p.Y)
}

// Scale stretches what follows.
func (c *Canvas) Scale(x, y float64) {
	t := &c.state
	t.a, t.b, t.c, t.d = t.a*x, t.b*x, t.c*y, t.d*y
}

// Push keeps the state.
func (c *Canvas) Push() { c.stack = append(c.stack, c.state) }

// Pop brings the last one kept back.
func (c *Canvas) Pop() {
	c.state = c.stack[len(c.stack)-1]
	c.stack = c.stack[:len(c.stack)-1]
}

// Stroke draws along the path.
func (c *Canvas) Stroke(p vg.Path) {
	if c.state.line <= 0 {
		return
	}
	style := "fill:none;" + paint("stroke", c.state.color) + ";stroke-width:" + short1(float64(c.state.line))
	if c.state.dashes != "" {
		style += ";stroke-dasharray:" + c.state.dashes
	}
	c.add(style, c.data(p), len(c.pending.shapes)+1)
}

// Fill fills the path. A circle is drawn as a dot.
func (c *Canvas) Fill(p vg.Path) {
	if c.state.color.A == 0 {
		return
	}
	if len(p) == 3 && p[1].Type == vg.ArcComp && math.Abs(p[1].Angle) > 6.28 {
		x, y := c.place(p[1].Pos)
		c.add("stroke-linecap:round;"+paint("stroke", c.state.color)+";stroke-width:"+short1(2*float64(p[1].Radius)),
			"M"+short1(x)+" "+short1(y)+"h0", dotLayers)
		return
	}
	c.add(paint("fill", c.state.color), c.data(p), len(c.pending.shapes)+1)
}

// FillString writes text. It is as long as it was measured, whatever font the
// reader's machine has: a wider one would run into what stands beside.
func (c *Canvas) FillString(f font.Face, p vg.Point, text string) {
	if f.Font.Size == 0 {
		return
	}
	c.flush()
	x, y := c.place(p)
	at := `x="` + short1(x) + `" y="` + short1(y) + `" textLength="` + short1(float64(f.Width(text))) + `" lengthAdjust="spacingAndGlyphs"`
	if turn := math.Atan2(c.state.b, c.state.a); math.Abs(turn) > 1e-9 {
		at += fmt.Sprintf(` transform="rotate(%s %s %s)"`, short1(-turn*180/math.Pi), short1(x), short1(y))
	}
	weight := ""
	if f.Font.Weight > 0 {
		weight = ";font-weight:600"
	}
	fmt.Fprintf(&c.out, `<text %s style="%s;font-size:%spx%s">%s</text>`, at,
		paint("fill", c.state.color), short1(float64(f.Font.Size)), weight, html.EscapeString(text))
}

// DrawImage draws the picture stretched to the rectangle.
func (c *Canvas) DrawImage(r vg.Rectangle, m image.Image) {
	c.flush()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic("canvas: " + err.Error()) // a buffer takes all
	}
	x, y := c.place(vg.Point{X: r.Min.X, Y: r.Max.Y})
	fmt.Fprintf(&c.out, `<image x="%s" y="%s" width="%s" height="%s" preserveAspectRatio="none" href="data:image/png;base64,%s"/>`,
		short1(x), short1(y), short1(float64(r.Size().X)), short1(float64(r.Size().Y)), base64.StdEncoding.EncodeToString(b.Bytes()))
}

// add takes up a shape. Shapes of the style wait; see-through ones that cover
// each other are spread over as many layers.
func (c *Canvas) add(style, shape string, layers int) {
	if style != c.pending.style {
		c.flush()
		c.pending.style = style
	}
	c.shapes = append(c.shapes, shape)
	c.layers = layers
	if c.state.color.A == 255 {
		c.layers = 1
	}
}

// flush writes the shapes that wait.
func (c *Canvas) flush() {
	for k := range min(c.layers, len(c.shapes)) {
		fmt.Fprintf(&c.out, `<path style="%s" d="`, c.pending.style)
		for i := k; i < len(c.shapes); i += c.layers {
			c.out.WriteString(c.shapes[i])
		}
		c.out.WriteString(`"/>`)
	}
	c.pending = pending{}
}

// data is a path in the units of the drawing, y downwards.
func (c *Canvas) data(p vg.Path) string {
	var b strings.Builder
	point := func(sign string, at vg.Point) {
		x, y := c.place(at)
		b.WriteString(sign + short1(x) + " " + short1(y))
	}
	for _, part := range p {
		switch part.Type {
		case vg.MoveComp:
			point("M", part.Pos)
		case vg.LineComp:
			point("L", part.Pos)
		case vg.ArcComp:
			c.arc(point, b.Len() > 0, part)
		case vg.CurveComp:
			sign := map[int]string{1: "Q", 2: "C"}[len(part.Control)]
			for _, control := range part.Control {
				point(sign, control)
				sign = " "
			}
			point(" ", part.Pos)
		case vg.CloseComp:
			b.WriteString("Z")
		}
	}
	return b.String()
}

// arc draws one in steps of at most ten degrees, which no eye tells from it.
func (c *Canvas) arc(point func(string, vg.Point), begun bool, part vg.PathComp) {
	steps := max(1, int(math.Ceil(math.Abs(part.Angle)/(math.Pi/18))))
	for k := range steps + 1 {
		s, cos := math.Sincos(part.Start + part.Angle*float64(k)/float64(steps))
		sign := "L"
		if k == 0 && !begun {
			sign = "M"
		}
		point(sign, vg.Point{X: part.Pos.X + part.Radius*vg.Length(cos), Y: part.Pos.Y + part.Radius*vg.Length(s)})
	}
}

func (c *Canvas) place(p vg.Point) (x, y float64) {
	t := &c.state
	return t.a*float64(p.X) + t.c*float64(p.Y) + t.e, float64(c.height) - (t.b*float64(p.X) + t.d*float64(p.Y) + t.f)
}

// paint sets a property to a colour, by its variable if it has one.
func paint(property string, c color.NRGBA) string {
	solid := c
	solid.A = 255
	value := fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
	if name := style.Variable(solid); name != "" {
		value = "var(--" + name + "," + value + ")"
	}
	if c.A == 255 {
		return property + ":" + value
	}
	return property + ":" + value + ";" + property + "-opacity:" + strconv.FormatFloat(math.Round(float64(c.A)/255*100)/100, 'f', -1, 64)
}

// short1 prints one digit behind the point, if it is not 0.
func short1(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	if s == "-0.0" {
		return "0"
	}
	return strings.TrimSuffix(s, ".0")
}
