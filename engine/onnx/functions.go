package onnx

import "math"

// Functions of each element that ONNX lacks, that runtimes lack for doubles, or
// whose last bits would differ. Those that follow Go's math package operation
// by operation have the same bits where Go does not fuse multiplications with
// additions; see fused.

// sine follows math.Sin up to 2^29.
func (g *graph) sine(x string) string {
	a := g.octants(x)
	y := g.where(a.middle, a.cosine, a.sine)
	negative := g.op("Xor", g.less(x, g.num(0)), g.op("Greater", a.octant, g.num(3)))
	return g.where(a.small, g.where(negative, g.op("Neg", y), y), g.op("Sin", x))
}

// cosine follows math.Cos up to 2^29.
func (g *graph) cosine(x string) string {
	a := g.octants(x)
	y := g.where(a.middle, a.sine, a.cosine)
	negative := g.or(g.equal(a.octant, g.num(2)), g.equal(a.octant, g.num(4)))
	half := g.op("Sin", g.div(x, g.num(2)))
	far := g.sub(g.num(1), g.mul(g.num(2), g.mul(half, half)))
	return g.where(a.small, g.where(negative, g.op("Neg", y), y), far)
}

// angle is an angle without its sign, in octants of the circle.
type angle struct {
	octant       string // 0, 2, 4 or 6
	middle       string // whether it is 2 or 6, where sine and cosine change places
	small        string // whether the reduction is good for it
	sine, cosine string // of what is left of the angle
}

// octants reduces angles as the Cephes library and Go do.
func (g *graph) octants(x string) angle {
	size := g.op("Abs", x)
	j := g.op("Floor", g.mul(size, g.num(4/math.Pi)))
	odd := g.sub(j, g.mul(g.num(2), g.op("Floor", g.div(j, g.num(2)))))
	j = g.add(j, odd)
	z := size
	for _, part := range []float64{7.85398125648498535156e-1, 3.77489470793079817668e-8, 2.69515142907905952645e-15} { // Pi/4
		z = g.sub(z, g.mul(j, g.num(part)))
	}
	zz := g.mul(z, z)
	a := angle{
		octant: g.sub(j, g.mul(g.num(8), g.op("Floor", g.div(j, g.num(8))))),
		small:  g.less(size, g.num(1<<29)),
	}
	a.middle = g.or(g.equal(a.octant, g.num(2)), g.equal(a.octant, g.num(6)))
	sine := g.polynomial(zz,
		1.58962301576546568060e-10, -2.50507477628578072866e-8, 2.75573136213857245213e-6,
		-1.98412698295895385996e-4, 8.33333333332211858878e-3, -1.66666666666666307295e-1)
	a.sine = g.add(z, g.mul(g.mul(z, zz), sine))
	cosine := g.polynomial(zz,
		-1.13585365213876817300e-11, 2.08757008419747316778e-9, -2.75573141792967388112e-7,
		2.48015872888517045348e-5, -1.38888888888730564116e-3, 4.16666666666665929218e-2)
	a.cosine = g.add(g.sub(g.num(1), g.mul(g.num(0.5), zz)), g.mul(g.mul(zz, zz), cosine))
	return a
}

// polynomial is c[0]·xⁿ + … + c[n], from left to right.
func (g *graph) polynomial(x string, c ...float64) string {
	sum := g.num(c[0])
	for _, v := range c[1:] {
		sum = g.add(g.mul(sum, x), g.num(v))
	}
	return sum
}

// arcsine follows math.Asin from 0 to 1.
func (g *graph) arcsine(x string) string {
	const (
		moreBits = 6.123233995736765886130e-17 // of Pi/2
		tan3Pi8  = 2.41421356237309504880
	)
	other := g.op("Sqrt", g.sub(g.num(1), g.mul(x, x)))
	steep := g.op("Greater", x, g.num(0.7))
	t := g.where(steep, g.div(other, x), g.div(x, other))

	low, high := g.op("LessOrEqual", t, g.num(0.66)), g.op("Greater", t, g.num(tan3Pi8))
	between := g.div(g.sub(t, g.num(1)), g.add(t, g.num(1)))
	u := g.where(low, t, g.where(high, g.div(g.num(1), t), between))
	z := g.mul(u, u)
	p := g.polynomial(z,
		-8.750608600031904122785e-01, -1.615753718733365076637e+01, -7.500855792314704667340e+01,
		-1.228866684490136173410e+02, -6.485021904942025371773e+01)
	q := g.polynomial(z, 1,
		2.485846490142306297962e+01, 1.650270098316988542046e+02, 4.328810604912902668951e+02,
		4.853903996359136964868e+02, 1.945506571482613964425e+02)
	u = g.add(g.mul(u, g.div(g.mul(z, p), q)), u)
	u = g.where(low, u, g.where(high,
		g.add(g.sub(g.num(math.Pi/2), u), g.num(moreBits)),
		g.add(g.add(g.num(math.Pi/4), u), g.num(0.5*moreBits))))
	return g.where(steep, g.sub(g.num(math.Pi/2), u), u)
}

// expm1 is exp(x) - 1, as exact for small x (Kahan; Higham 2002, section 1.14.1).
func (g *graph) expm1(x string) string {
	u := g.op("Exp", x)
	less := g.sub(u, g.num(1))
	y := g.div(g.mul(less, x), g.op("Log", u))
	y = g.where(g.equal(u, g.num(1)), x, y)
	return g.where(g.or(g.isInf(u), g.equal(less, g.num(-1))), less, y)
}

// cubeRoot is that of Pow, which takes no negative numbers, with a Newton step
// to the last bit.
func (g *graph) cubeRoot(x string) string {
	size := g.op("Abs", x)
	root := g.op("Pow", size, g.num(1.0/3))
	step := g.div(g.sub(root, g.div(size, g.mul(root, root))), g.num(3))
	root = g.mul(g.op("Sign", x), g.sub(root, step))
	return g.where(g.or(g.equal(x, g.num(0)), g.isInf(x)), x, root)
}

// normalQuantile follows mathext.NormalQuantile of gonum for 1e-10 < p < 1 - 1e-10:
// Wichura, Algorithm AS 241 (1988).
func (g *graph) normalQuantile(p string) string {
	d := g.sub(p, g.num(0.5))
	z := g.sub(g.num(0.180625), g.mul(d, d))
	top := g.polynomial(z,
		2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
		13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608)
	bottom := g.polynomial(z,
		5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
		5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1)
	middle := g.div(g.mul(d, top), bottom)

	lower := g.less(p, g.num(0.5))
	tail := g.where(lower, p, g.sub(g.num(1), p))
	z = g.sub(g.op("Sqrt", g.op("Neg", g.log(tail))), g.num(1.6))
	top = g.polynomial(z,
		7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
		3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734)
	bottom = g.polynomial(z,
		1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
		0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1)
	far := g.div(top, bottom)
	far = g.where(lower, g.op("Neg", far), far)
	return g.where(g.op("LessOrEqual", g.op("Abs", d), g.num(0.425)), middle, far)
}

// logistic gives 1/(1+exp(z)) and 1/(1+exp(-z)), both to full precision.
func (g *graph) logistic(z string) (first, second string) {
	e := g.op("Exp", g.op("Neg", g.op("Abs", z)))
	large := g.div(g.num(1), g.add(g.num(1), e))
	small := g.div(e, g.add(g.num(1), e))
	negative := g.less(z, g.num(0))
	return g.where(negative, large, small), g.where(negative, small, large)
}
