package graph

import (
	"fmt"
	"math"
)

// Functions of each element that ONNX lacks, that runtimes lack for doubles, or
// whose last bits would differ. Those that follow Go's math package operation
// by operation have the same bits where Go does not fuse multiplications with
// additions; see fused.

// Sine follows math.Sin up to 2^29.
func (g *Graph) Sine(x string) string {
	a := g.octants(x)
	y := g.Where(a.middle, a.cosine, a.sine)
	negative := g.Op("Xor", g.Less(x, g.Num(0)), g.Op("Greater", a.octant, g.Num(3)))
	return g.Where(a.small, g.Where(negative, g.Op("Neg", y), y), g.Op("Sin", x))
}

// Cosine follows math.Cos up to 2^29.
func (g *Graph) Cosine(x string) string {
	a := g.octants(x)
	y := g.Where(a.middle, a.sine, a.cosine)
	negative := g.Or(g.Equal(a.octant, g.Num(2)), g.Equal(a.octant, g.Num(4)))
	half := g.Op("Sin", g.Div(x, g.Num(2)))
	far := g.Sub(g.Num(1), g.Mul(g.Num(2), g.Mul(half, half)))
	return g.Where(a.small, g.Where(negative, g.Op("Neg", y), y), far)
}

// angle is an angle without its sign, in octants of the circle.
type angle struct {
	octant       string // 0, 2, 4 or 6
	middle       string // whether it is 2 or 6, where sine and cosine change places
	small        string // whether the reduction is good for it
	sine, cosine string // of what is left of the angle
}

// octants reduces angles as the Cephes library and Go do.
func (g *Graph) octants(x string) angle {
	size := g.Op("Abs", x)
	j := g.Op("Floor", g.Mul(size, g.Num(4/math.Pi)))
	odd := g.Sub(j, g.Mul(g.Num(2), g.Op("Floor", g.Div(j, g.Num(2)))))
	j = g.Add(j, odd)
	z := size
	for _, part := range []float64{7.85398125648498535156e-1, 3.77489470793079817668e-8, 2.69515142907905952645e-15} { // Pi/4
		z = g.Sub(z, g.Mul(j, g.Num(part)))
	}
	zz := g.Mul(z, z)
	a := angle{
		octant: g.Sub(j, g.Mul(g.Num(8), g.Op("Floor", g.Div(j, g.Num(8))))),
		small:  g.Less(size, g.Num(1<<29)),
	}
	a.middle = g.Or(g.Equal(a.octant, g.Num(2)), g.Equal(a.octant, g.Num(6)))
	sine := g.Polynomial(zz,
		1.58962301576546568060e-10, -2.50507477628578072866e-8, 2.75573136213857245213e-6,
		-1.98412698295895385996e-4, 8.33333333332211858878e-3, -1.66666666666666307295e-1)
	a.sine = g.Add(z, g.Mul(g.Mul(z, zz), sine))
	cosine := g.Polynomial(zz,
		-1.13585365213876817300e-11, 2.08757008419747316778e-9, -2.75573141792967388112e-7,
		2.48015872888517045348e-5, -1.38888888888730564116e-3, 4.16666666666665929218e-2)
	a.cosine = g.Add(g.Sub(g.Num(1), g.Mul(g.Num(0.5), zz)), g.Mul(g.Mul(zz, zz), cosine))
	return a
}

// Polynomial is c[0]·xⁿ + … + c[n], from left to right.
func (g *Graph) Polynomial(x string, c ...float64) string {
	sum := g.Num(c[0])
	for _, v := range c[1:] {
		sum = g.Add(g.Mul(sum, x), g.Num(v))
	}
	return sum
}

// Arcsine follows math.Asin from 0 to 1.
func (g *Graph) Arcsine(x string) string {
	const (
		moreBits = 6.123233995736765886130e-17 // of Pi/2
		tan3Pi8  = 2.41421356237309504880
	)
	other := g.Op("Sqrt", g.Sub(g.Num(1), g.Mul(x, x)))
	steep := g.Op("Greater", x, g.Num(0.7))
	t := g.Where(steep, g.Div(other, x), g.Div(x, other))

	low, high := g.Op("LessOrEqual", t, g.Num(0.66)), g.Op("Greater", t, g.Num(tan3Pi8))
	between := g.Div(g.Sub(t, g.Num(1)), g.Add(t, g.Num(1)))
	u := g.Where(low, t, g.Where(high, g.Div(g.Num(1), t), between))
	z := g.Mul(u, u)
	p := g.Polynomial(z,
		-8.750608600031904122785e-01, -1.615753718733365076637e+01, -7.500855792314704667340e+01,
		-1.228866684490136173410e+02, -6.485021904942025371773e+01)
	q := g.Polynomial(z, 1,
		2.485846490142306297962e+01, 1.650270098316988542046e+02, 4.328810604912902668951e+02,
		4.853903996359136964868e+02, 1.945506571482613964425e+02)
	u = g.Add(g.Mul(u, g.Div(g.Mul(z, p), q)), u)
	u = g.Where(low, u, g.Where(high,
		g.Add(g.Sub(g.Num(math.Pi/2), u), g.Num(moreBits)),
		g.Add(g.Add(g.Num(math.Pi/4), u), g.Num(0.5*moreBits))))
	return g.Where(steep, g.Sub(g.Num(math.Pi/2), u), u)
}

// Expm1 is exp(x) - 1, as exact for small x (Kahan; Higham 2002, section 1.14.1).
func (g *Graph) Expm1(x string) string {
	u := g.Op("Exp", x)
	less := g.Sub(u, g.Num(1))
	y := g.Div(g.Mul(less, x), g.Op("Log", u))
	y = g.Where(g.Equal(u, g.Num(1)), x, y)
	return g.Where(g.Or(g.IsInf(u), g.Equal(less, g.Num(-1))), less, y)
}

// CubeRoot is that of Pow, which takes no negative numbers, with a Newton step
// to the last bit.
func (g *Graph) CubeRoot(x string) string {
	size := g.Op("Abs", x)
	root := g.Op("Pow", size, g.Num(1.0/3))
	step := g.Div(g.Sub(root, g.Div(size, g.Mul(root, root))), g.Num(3))
	root = g.Mul(g.Op("Sign", x), g.Sub(root, step))
	return g.Where(g.Or(g.Equal(x, g.Num(0)), g.IsInf(x)), x, root)
}

// NormalQuantile follows mathext.NormalQuantile of gonum for 1e-10 < p < 1 - 1e-10:
// Wichura, Algorithm AS 241 (1988).
func (g *Graph) NormalQuantile(p string) string {
	d := g.Sub(p, g.Num(0.5))
	z := g.Sub(g.Num(0.180625), g.Mul(d, d))
	top := g.Polynomial(z,
		2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
		13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608)
	bottom := g.Polynomial(z,
		5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
		5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1)
	middle := g.Div(g.Mul(d, top), bottom)

	lower := g.Less(p, g.Num(0.5))
	tail := g.Where(lower, p, g.Sub(g.Num(1), p))
	z = g.Sub(g.Op("Sqrt", g.Op("Neg", g.Log(tail))), g.Num(1.6))
	top = g.Polynomial(z,
		7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
		3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734)
	bottom = g.Polynomial(z,
		1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
		0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1)
	far := g.Div(top, bottom)
	far = g.Where(lower, g.Op("Neg", far), far)
	return g.Where(g.Op("LessOrEqual", g.Op("Abs", d), g.Num(0.425)), middle, far)
}

// Logistic gives 1/(1+exp(z)) and 1/(1+exp(-z)), both to full precision.
func (g *Graph) Logistic(z string) (first, second string) {
	e := g.Op("Exp", g.Op("Neg", g.Op("Abs", z)))
	large := g.Div(g.Num(1), g.Add(g.Num(1), e))
	small := g.Div(e, g.Add(g.Num(1), e))
	negative := g.Less(z, g.Num(0))
	return g.Where(negative, large, small), g.Where(negative, small, large)
}

// Estimator is an estimator that gives its own part of a graph.
type Estimator interface {
	// Graph adds the nodes that predict from x, the estimator's inputs, and
	// returns the answer: [N, 1] for a regression, [N, classes] for a
	// classification. An error says what can't be expressed.
	Graph(g *Graph, x *Block) (answer string, err error)
}

// Transformer is a transformer that gives its own part of a graph.
type Transformer interface {
	// Graph adds the nodes that make the transformer's columns of those of in,
	// which are the columns that it read in Fit, and returns them.
	Graph(g *Graph, in *Block) (*Block, error)
}

var functions = map[string]func(g *Graph, in []string) string{}

// RegisterFunction gives the nodes of a function that derive.RegisterFunction
// was given under the same name, and that gives a number. in are its columns, [N] each; rows where one is
// null, or the result is not finite, become null without its doing. It returns
// [N]. A name that is taken is a mistake in the program, and panics.
func RegisterFunction(name string, nodes func(g *Graph, in []string) string) {
	if functions[name] != nil {
		panic(fmt.Sprintf("graph: two functions are named %s", name))
	}
	functions[name] = nodes
}

// Function returns the nodes of a function, nil if it has none.
func Function(name string) func(g *Graph, in []string) string { return functions[name] }

// Weighted is Σ coef·column for each list of coefficients, [N, lists].
//
// Note: a MatMul would do, but it adds in an order of its own. Here the order
// is Go's, so the bits are, too, and what overflows.
func (g *Graph) Weighted(x *Block, lists [][]float64) string {
	p, k := len(x.Columns), len(lists)
	coef := make([]float64, p*k) // [p, 1, k]
	for list, c := range lists {
		for j, v := range c {
			coef[j*k+list] = v
		}
	}
	columns := g.Op("Unsqueeze", g.Swap(g.Matrix(x), 1, 0), g.Wholes("axis_2", 2)) // [p, N, 1]
	terms := g.Mul(columns, g.Constant("coef", DoubleTensor([]int64{int64(p), 1, int64(k)}, coef...)))
	return g.Reduce("ReduceSum", terms, 0)
}

// Softmax turns scores, [N, classes], into probabilities.
func (g *Graph) Softmax(z string) string { return g.OpWith("Softmax", With("axis", 1), z) }
