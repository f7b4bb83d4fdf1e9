package onnx

import "math"

// rounding bounds how far a number of the graph may be from the one that Go
// computes: abs + rel·|v|. The zero value is no distance, as after operations
// on single elements in the order of the Go code.
//
// It matters where a small step changes much. Boosting takes values of training
// rows for thresholds, bins and quantiles do so too, and the exponentials of
// two libraries differ in the last bit. So a number counts as equal to a
// threshold within this distance, some 1e-14 of its size.
type rounding struct{ abs, rel float64 }

// lastBits is how far the functions of two libraries are from each other.
const lastBits = 0x1p-48

// at is the distance for the number v.
func (r rounding) at(v float64) float64 {
	if r == (rounding{}) {
		return 0
	}
	return r.abs + r.rel*math.Abs(v)
}

// scaled is that of (v - center) / scale.
func (r rounding) scaled(center, scale float64) rounding {
	return rounding{r.at(center) / math.Abs(scale), r.rel}
}

// mixed is that of arithmetic on numbers which themselves are off: as much as
// a thousand times the sum, since terms may cancel and factors be large.
func mixed(all ...rounding) rounding {
	var sum rounding
	for _, r := range all {
		sum.abs += 1024 * (r.abs + r.rel)
		sum.rel += 1024 * r.rel
	}
	return sum
}

// computed is that of a function whose last bits differ between libraries.
func computed(all ...rounding) rounding {
	r := mixed(all...)
	r.rel += lastBits
	return r
}

// followed is that of a function whose operations are the same, one by one.
func followed(all ...rounding) rounding {
	if fused {
		return computed(all...)
	}
	return mixed(all...)
}

// fused tells whether Go rounds x*y + z once, as a graph can't: on arm64, say,
// or with GOAMD64=v3.
var fused = multiplyAdd(1+0x1p-30, 1+0x1p-30, -1) != 0x1p-29

//go:noinline
func multiplyAdd(x, y, z float64) float64 { return x*y + z }

// below returns the greatest number that is surely less than v.
func below(v float64, r rounding) float64 { return math.Nextafter(v-r.at(v), math.Inf(-1)) }

// upTo returns the greatest number that counts as no more than v.
func upTo(v float64, r rounding) float64 {
	if math.IsInf(v, 0) {
		return v
	}
	return v + r.at(v)
}
