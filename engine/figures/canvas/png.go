package canvas

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"slices"
)

// paletteSize is the number of colours that a byte a pixel can name.
const paletteSize = 256

// PNG writes an opaque picture with a palette of its most frequent
// colours, which takes half the bytes or fewer: a figure has few colours, and
// the mixtures of them along edges.
func PNG(src *image.RGBA) ([]byte, error) {
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.DefaultCompression}
	err := encoder.Encode(&b, paletted(src))
	return b.Bytes(), err
}

// bucket holds the colours that differ in the last two bits of a channel only.
type bucket struct {
	pixels int
	color  color.RGBA // the first
	number uint8      // in the palette
}

func bucketOf(pixel []uint8) int {
	return int(pixel[0]>>2)<<12 | int(pixel[1]>>2)<<6 | int(pixel[2]>>2)
}

// paletted returns the picture in at most 256 colours, one for each of the most
// frequent buckets; the others take the nearest of them.
func paletted(src *image.RGBA) *image.Paletted {
	buckets := make([]bucket, 1<<18)
	var found []int
	for i := 0; i < len(src.Pix); i += 4 {
		b := &buckets[bucketOf(src.Pix[i:])]
		if b.pixels == 0 {
			found = append(found, bucketOf(src.Pix[i:]))
			b.color = color.RGBA{src.Pix[i], src.Pix[i+1], src.Pix[i+2], 0xff}
		}
		b.pixels++
	}
	slices.SortStableFunc(found, func(a, b int) int { return buckets[b].pixels - buckets[a].pixels })
	var palette color.Palette
	for _, k := range found[:min(len(found), paletteSize)] {
		palette = append(palette, buckets[k].color)
	}
	for _, k := range found {
		buckets[k].number = uint8(palette.Index(buckets[k].color))
	}
	out := image.NewPaletted(src.Rect, palette)
	for i := range out.Pix {
		out.Pix[i] = buckets[bucketOf(src.Pix[4*i:])].number
	}
	return out
}
