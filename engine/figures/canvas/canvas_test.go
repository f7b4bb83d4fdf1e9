package canvas

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"example.com/engine/figures/style"
	"example.com/engine/must"
)

// wellFormed returns how often each element comes.
func wellFormed(t *testing.T, svg []byte) map[string]int {
	t.Helper()
	count := map[string]int{}
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		require.NoError(t, err)
		if e, ok := token.(xml.StartElement); ok {
			count[e.Name.Local]++
		}
	}
}

func TestDotsOfOneStyleAreFewElements(t *testing.T) {
	points := make(plotter.XYs, 3000)
	for i := range points {
		points[i] = plotter.XY{X: float64(i % 71), Y: float64(i % 53)}
	}
	s := must.Get(plotter.NewScatter(points))(t)
	s.GlyphStyle = style.Dot(style.Faint(style.Blue, 90), 1.4)
	p := style.NewPlot("a < b & c", "x", "y")
	p.Add(style.Grid(), s)
	c := New(300, 200)
	p.Draw(draw.New(c))
	svg := c.SVG("points")
	assert.Equal(t, 3000, bytes.Count(svg, []byte("h0")))
	assert.Less(t, wellFormed(t, svg)["path"], 30)
	assert.Less(t, len(svg), 50_000)
	assert.Contains(t, string(svg), "a &lt; b &amp; c")
	assert.Contains(t, string(svg), "stroke:var(--blue,#0072b2);stroke-opacity:0.35;stroke-width:2.8")
}

func TestCanvasPlacesShapes(t *testing.T) {
	c := New(100, 50)
	c.SetColor(color.NRGBA{1, 2, 3, 255})
	square := func(x, y vg.Length) vg.Path {
		return vg.Path{
			{Type: vg.MoveComp, Pos: vg.Point{X: x, Y: y}},
			{Type: vg.LineComp, Pos: vg.Point{X: x + 10, Y: y}},
			{Type: vg.LineComp, Pos: vg.Point{X: x + 10, Y: y + 10.25}},
			{Type: vg.CloseComp},
		}
	}
	c.Fill(square(0, 0))
	c.Push()
	c.Translate(vg.Point{X: 20, Y: 5})
	c.Scale(2, 1)
	c.Fill(square(0, 0))
	c.Pop()
	c.SetLineDash([]vg.Length{2, 1.5}, 0)
	c.Stroke(square(50, 0)[:2])
	c.SetLineWidth(0)
	c.Stroke(square(50, 0))
	c.SetColor(color.Transparent)
	c.Fill(square(50, 0))
	got := string(c.SVG(`"t"`))
	wellFormed(t, []byte(got))
	assert.Contains(t, got, `<path style="fill:#010203" d="M0 50L10 50L10 39.8ZM20 45L40 45L40 34.8Z"/>`)
	assert.Contains(t, got, `<path style="fill:none;stroke:#010203;stroke-width:1;stroke-dasharray:2 1.5" d="M50 50L60 50"/></svg>`)
	assert.Contains(t, got, `aria-label="&#34;t&#34;" viewBox="0 0 100 50"`)
}

func TestCanvasTurnsTextAndDrawsImages(t *testing.T) {
	c := New(100, 50)
	f := plot.DefaultTextHandler.Cache().Lookup(style.Sans(9, true), 9)
	c.Translate(vg.Point{X: 10, Y: 20})
	c.Rotate(1.5707963267948966)
	c.FillString(f, vg.Point{}, "up")
	c.DrawImage(vg.Rectangle{Max: vg.Point{X: 4, Y: 4}}, image.NewGray(image.Rect(0, 0, 1, 1)))
	got := string(c.SVG("t"))
	assert.Equal(t, 1, wellFormed(t, []byte(got))["image"])
	assert.Contains(t, got, `<text x="10" y="30" textLength="10" lengthAdjust="spacingAndGlyphs" transform="rotate(-90 10 30)" style="fill:#000000;font-size:9px;font-weight:600">up</text>`)
}

// A picture of more than 256 colours keeps its frequent ones, and each pixel is
// near what it was.
func TestEncodePNG(t *testing.T) {
	src := image.NewRGBA(image.Rect(0, 0, 300, 40))
	for x := range 300 {
		for y := range 40 {
			c := color.RGBA{0xff, 0xff, 0xff, 0xff}
			if y < 3 {
				c = color.RGBA{uint8(x), uint8(90 * y), uint8(255 - x), 0xff}
			}
			src.SetRGBA(x, y, c)
		}
	}
	data := must.Get(PNG(src))(t)
	back := must.Get(png.Decode(bytes.NewReader(data)))(t)
	assert.Equal(t, src.Bounds(), back.Bounds())
	assert.IsType(t, &image.Paletted{}, back)
	for x := range 300 {
		for y := range 40 {
			got, want := color.RGBAModel.Convert(back.At(x, y)).(color.RGBA), src.RGBAAt(x, y)
			if y >= 3 {
				require.Equal(t, want, got)
			}
			for _, d := range []int{int(got.R) - int(want.R), int(got.G) - int(want.G), int(got.B) - int(want.B)} {
				require.LessOrEqual(t, d*d, 100)
			}
		}
	}
	again := must.Get(PNG(src))(t)
	assert.Equal(t, data, again)
}
