package graph

import "math"

// Rounding bounds how far a number of the graph may be from the one that Go
// computes: abs + rel·|v|. The zero value is no distance, as after operations
// on single elements in the order of the Go code.
//
// It matters where a small step changes much. Boosting takes values of training
// rows for thresholds, bins and quantiles do so too, and the exponentials of
// two libraries differ in the last bit. So a number counts as equal to a
// threshold within this distance, some 1e-14 of its size.
type Rounding struct{ abs, rel float64 }

// lastBits is how far the functions of two libraries are from each other.
const lastBits = 0x1p-48

// At is the distance for the number v.
func (r Rounding) At(v float64) float64 {
	if r == (Rounding{}) {
		return 0
	}
	return r.abs + r.rel*math.Abs(v)
}

// Scaled is that of (v - center) / scale.
func (r Rounding) Scaled(center, scale float64) Rounding {
	return Rounding{r.At(center) / math.Abs(scale), r.rel}
}

// Mixed is that of arithmetic on numbers which themselves are off: as much as
// a thousand times the sum, since terms may cancel and factors be large.
func Mixed(all ...Rounding) Rounding {
	var sum Rounding
	for _, r := range all {
		sum.abs += 1024 * (r.abs + r.rel)
		sum.rel += 1024 * r.rel
	}
	return sum
}

// Computed is that of a function whose last bits differ between libraries.
func Computed(all ...Rounding) Rounding {
	r := Mixed(all...)
	r.rel += lastBits
	return r
}

// Followed is that of a function whose operations are the same, one by one.
func Followed(all ...Rounding) Rounding {
	if fused {
		return Computed(all...)
	}
	return Mixed(all...)
}

// fused tells whether Go rounds x*y + z once, as a graph can't: on arm64, say,
// Or with GOAMD64=v3.
var fused = multiplyAdd(1+0x1p-30, 1+0x1p-30, -1) != 0x1p-29

//go:noinline
func multiplyAdd(x, y, z float64) float64 { return x*y + z }

// Below returns the greatest number that is surely less than v.
func Below(v float64, r Rounding) float64 { return math.Nextafter(v-r.At(v), math.Inf(-1)) }

// UpTo returns the greatest number that counts as no more than v.
func UpTo(v float64, r Rounding) float64 {
	if math.IsInf(v, 0) {
		return v
	}
	return v + r.At(v)
}
