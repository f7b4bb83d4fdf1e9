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

// The logarithms follow math.Log and math.Log1p, which are those of FreeBSD's
// libm. Boosting takes logarithms of training rows for thresholds, and
// differences of logarithms tell apart what differs in the last bit only, so
// that bit has to be Go's.

// Parts of ln 2, and the coefficients of the series.
const (
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
	log1    = 6.666666666666735130e-01
	log2    = 3.999999999940941908e-01
	log3    = 2.857142874366239149e-01
	log4    = 2.222219843214978396e-01
	log5    = 1.818357216161805012e-01
	log6    = 1.531383769920937332e-01
	log7    = 1.479819860511658591e-01

	leastNormal = 0x1p-1022
)

// Log follows math.Log.
//
// Note: below 2^-1022, math.Log of amd64 is wrong by up to 5 %; this is not.
func (g *Graph) Log(x string) string {
	native := g.Op("Log", x)
	normal := g.And(g.Op("GreaterOrEqual", x, g.Num(leastNormal)), g.Op("LessOrEqual", x, g.Num(math.MaxFloat64)))
	f, k := g.frexp(x, native, normal)
	low := g.Op("LessOrEqual", f, g.Num(math.Sqrt2/2))
	f = g.Sub(g.Where(low, g.Mul(f, g.Num(2)), f), g.Num(1))
	k = g.Where(low, g.Sub(k, g.Num(1)), k)

	s := g.Div(f, g.Add(g.Num(2), f))
	s2 := g.Mul(s, s)
	s4 := g.Mul(s2, s2)
	t1 := g.Mul(s2, g.Polynomial(s4, log7, log5, log3, log1))
	t2 := g.Mul(s4, g.Polynomial(s4, log6, log4, log2))
	y := g.logOf(f, k, s, g.Add(t1, t2), g.Mul(k, g.Num(ln2Low)))
	return g.Where(normal, y, native)
}

// Log1p follows math.Log1p.
//
// Note: Go has further cases for f = 0 and f = -2^-53…; what is general here
// gives the same bits.
func (g *Graph) Log1p(x string) string {
	one, size := g.Num(1), g.Op("Abs", x)
	inside := g.And(g.Op("Greater", x, g.Num(-1)), g.Op("LessOrEqual", x, g.Num(math.MaxFloat64)))
	huge := g.Op("GreaterOrEqual", size, g.Num(1<<53))
	sum := g.Add(one, x)
	u := g.Where(huge, x, sum)
	native := g.Op("Log", u)
	f, e := g.frexp(u, native, inside)
	k := g.Sub(e, one)
	// What 1 + x lost to rounding.
	lost := g.Where(g.Op("Greater", k, g.Num(0)), g.Sub(one, g.Sub(u, x)), g.Sub(x, g.Sub(u, one)))
	lost = g.Where(huge, g.Num(0), g.Div(lost, u))
	m := g.Mul(f, g.Num(2))
	low := g.Less(m, g.Num(math.Sqrt2))
	f = g.Sub(g.Where(low, m, f), one)
	k = g.Where(low, k, g.Add(k, one))

	near := g.And(g.Op("Greater", x, g.Num(-2.928932188134524755992e-01)), g.Less(size, g.Num(4.142135623730950488017e-01)))
	f, k, lost = g.Where(near, x, f), g.Where(near, g.Num(0), k), g.Where(near, g.Num(0), lost)
	s := g.Div(f, g.Add(g.Num(2), f))
	z := g.Mul(s, s)
	r := g.Mul(z, g.Polynomial(z, log7, log6, log5, log4, log3, log2, log1))
	y := g.logOf(f, k, s, r, g.Add(g.Mul(k, g.Num(ln2Low)), lost))

	short := g.Sub(x, g.Mul(g.Mul(x, x), g.Num(0.5)))
	y = g.Where(g.Less(size, g.Num(0x1p-29)), g.Where(g.Less(size, g.Num(0x1p-54)), x, short), y)
	return g.Where(inside, y, native)
}

// logOf is k·ln 2 + log(1 + f): the series of s = f/(2 + f) gives r, and rest
// is the low part of k·ln 2.
func (g *Graph) logOf(f, k, s, r, rest string) string {
	half := g.Mul(g.Mul(g.Num(0.5), f), f)
	inner := g.Add(g.Mul(s, g.Add(half, r)), rest)
	return g.Sub(g.Mul(k, g.Num(ln2High)), g.Sub(g.Sub(half, inner), f))
}

// frexp takes x, where it is normal, apart into f·2^k with 0.5 <= f < 1; log is
// the logarithm of x as a runtime has it. Multiplication by a power of 2 is
// exact, so an exponent that is wrong by 1 is found and put right.
func (g *Graph) frexp(x, log, normal string) (f, k string) {
	const least, most = -1022, 1025
	powers := make([]float64, 0, most-least+1)
	for e := least; e <= most; e++ {
		powers = append(powers, math.Ldexp(1, -e))
	}
	k = g.Add(g.Op("Floor", g.Mul(log, g.Num(1/math.Ln2))), g.Num(1))
	k = g.Where(normal, k, g.Num(0))
	place := g.Cast(g.Sub(k, g.Num(least)), Int64s)
	f = g.Mul(x, g.Gather(g.Row("powers_of_2", powers), place, 0))
	low := g.Less(f, g.Num(0.5))
	f, k = g.Where(low, g.Mul(f, g.Num(2)), f), g.Where(low, g.Sub(k, g.Num(1)), k)
	high := g.Op("GreaterOrEqual", f, g.Num(1))
	return g.Where(high, g.Mul(f, g.Num(0.5)), f), g.Where(high, g.Add(k, g.Num(1)), k)
}
