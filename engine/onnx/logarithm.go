package onnx

import "math"

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

// log follows math.Log.
//
// Note: below 2^-1022, math.Log of amd64 is wrong by up to 5 %; this is not.
func (g *graph) log(x string) string {
	native := g.op("Log", x)
	normal := g.and(g.op("GreaterOrEqual", x, g.num(leastNormal)), g.op("LessOrEqual", x, g.num(math.MaxFloat64)))
	f, k := g.frexp(x, native, normal)
	low := g.op("LessOrEqual", f, g.num(math.Sqrt2/2))
	f = g.sub(g.where(low, g.mul(f, g.num(2)), f), g.num(1))
	k = g.where(low, g.sub(k, g.num(1)), k)

	s := g.div(f, g.add(g.num(2), f))
	s2 := g.mul(s, s)
	s4 := g.mul(s2, s2)
	t1 := g.mul(s2, g.polynomial(s4, log7, log5, log3, log1))
	t2 := g.mul(s4, g.polynomial(s4, log6, log4, log2))
	y := g.logOf(f, k, s, g.add(t1, t2), g.mul(k, g.num(ln2Low)))
	return g.where(normal, y, native)
}

// log1p follows math.Log1p.
//
// Note: Go has further cases for f = 0 and f = -2^-53…; what is general here
// gives the same bits.
func (g *graph) log1p(x string) string {
	one, size := g.num(1), g.op("Abs", x)
	inside := g.and(g.op("Greater", x, g.num(-1)), g.op("LessOrEqual", x, g.num(math.MaxFloat64)))
	huge := g.op("GreaterOrEqual", size, g.num(1<<53))
	sum := g.add(one, x)
	u := g.where(huge, x, sum)
	native := g.op("Log", u)
	f, e := g.frexp(u, native, inside)
	k := g.sub(e, one)
	// What 1 + x lost to rounding.
	lost := g.where(g.op("Greater", k, g.num(0)), g.sub(one, g.sub(u, x)), g.sub(x, g.sub(u, one)))
	lost = g.where(huge, g.num(0), g.div(lost, u))
	m := g.mul(f, g.num(2))
	low := g.less(m, g.num(math.Sqrt2))
	f = g.sub(g.where(low, m, f), one)
	k = g.where(low, k, g.add(k, one))

	near := g.and(g.op("Greater", x, g.num(-2.928932188134524755992e-01)), g.less(size, g.num(4.142135623730950488017e-01)))
	f, k, lost = g.where(near, x, f), g.where(near, g.num(0), k), g.where(near, g.num(0), lost)
	s := g.div(f, g.add(g.num(2), f))
	z := g.mul(s, s)
	r := g.mul(z, g.polynomial(z, log7, log6, log5, log4, log3, log2, log1))
	y := g.logOf(f, k, s, r, g.add(g.mul(k, g.num(ln2Low)), lost))

	short := g.sub(x, g.mul(g.mul(x, x), g.num(0.5)))
	y = g.where(g.less(size, g.num(0x1p-29)), g.where(g.less(size, g.num(0x1p-54)), x, short), y)
	return g.where(inside, y, native)
}

// logOf is k·ln 2 + log(1 + f): the series of s = f/(2 + f) gives r, and rest
// is the low part of k·ln 2.
func (g *graph) logOf(f, k, s, r, rest string) string {
	half := g.mul(g.mul(g.num(0.5), f), f)
	inner := g.add(g.mul(s, g.add(half, r)), rest)
	return g.sub(g.mul(k, g.num(ln2High)), g.sub(g.sub(half, inner), f))
}

// frexp takes x, where it is normal, apart into f·2^k with 0.5 <= f < 1; log is
// the logarithm of x as a runtime has it. Multiplication by a power of 2 is
// exact, so an exponent that is wrong by 1 is found and put right.
func (g *graph) frexp(x, log, normal string) (f, k string) {
	const least, most = -1022, 1025
	powers := make([]float64, 0, most-least+1)
	for e := least; e <= most; e++ {
		powers = append(powers, math.Ldexp(1, -e))
	}
	k = g.add(g.op("Floor", g.mul(log, g.num(1/math.Ln2))), g.num(1))
	k = g.where(normal, k, g.num(0))
	place := g.cast(g.sub(k, g.num(least)), int64s)
	f = g.mul(x, g.gather(g.row("powers_of_2", powers), place, 0))
	low := g.less(f, g.num(0.5))
	f, k = g.where(low, g.mul(f, g.num(2)), f), g.where(low, g.sub(k, g.num(1)), k)
	high := g.op("GreaterOrEqual", f, g.num(1))
	return g.where(high, g.mul(f, g.num(0.5)), f), g.where(high, g.add(k, g.num(1)), k)
}
