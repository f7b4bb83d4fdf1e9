package canvas

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
	data, err := PNG(src)
	require.NoError(t, err)
	back, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
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
	again, err := PNG(src)
	require.NoError(t, err)
	assert.Equal(t, data, again)
}
