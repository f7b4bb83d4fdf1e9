package linear

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"example.com/engine/parallel"
)

// logit is the objective of a logistic regression as a mean over the rows:
// Σ w loss / W + ½ l2 |β|². Its parameters are, for each output, a coefficient
// for each centred column and an intercept. There is one output for two
// classes and one a class for more.
type logit struct {
	rows      sample
	center    means
	intercept bool
	l2        float64
	outputs   int
	class     []int32   // of each row: its place among the classes
	prob      []float64 // n × outputs, at the parameters of the last call of value
	lanes     []span
}

func newLogit(s sample, m means, classes []int) *logit {
	place := make([]int32, classes[len(classes)-1]+1)
	for k, class := range classes {
		place[class] = int32(k)
	}
	g := &logit{rows: s, center: m, outputs: len(classes), class: make([]int32, s.n), lanes: split(s.n, 1<<12)}
	if g.outputs == 2 {
		g.outputs = 1
	}
	for i, y := range s.y {
		if int(y) < len(place) { // or the row has no weight
			g.class[i] = place[int(y)]
		}
	}
	g.prob = make([]float64, s.n*g.outputs)
	return g
}

// start returns the parameters of the best fit without columns.
func (g *logit) start(prior []float64, classes []int, balanced bool) []float64 {
	theta := make([]float64, g.outputs*(g.rows.p+1))
	if !g.intercept || balanced {
		return theta
	}
	if g.outputs == 1 {
		theta[g.rows.p] = math.Log(prior[classes[1]] / prior[classes[0]])
		return theta
	}
	for k, class := range classes {
		theta[k*(g.rows.p+1)+g.rows.p] = math.Log(prior[class])
	}
	return theta
}

// value returns the objective at theta, writes its gradient to grad and keeps
// the probabilities for product.
func (g *logit) value(theta, grad []float64) float64 {
	losses := make([]float64, len(g.lanes))
	g.overRows(theta, grad, func(lane, i int, z []float64) {
		w := g.rows.weight(i)
		p := g.prob[i*g.outputs:][:g.outputs]
		losses[lane] += w * g.loss(int(g.class[i]), z, p)
		for k, pk := range p {
			z[k] = w * pk
		}
		if g.outputs > 1 {
			z[g.class[i]] -= w
		} else if g.class[i] == 1 {
			z[0] -= w
		}
	})
	sum := 0.0
	for _, loss := range losses {
		sum += loss
	}
	return sum/g.center.weight + g.penalty(theta, grad)
}

// loss returns minus the log of the probability of the class, and writes the
// probability of each output to p.
func (g *logit) loss(class int, z, p []float64) float64 {
	if g.outputs == 1 {
		_, p[0] = logistic(z[0])
		if class == 0 {
			return softplus(z[0])
		}
		return softplus(-z[0])
	}
	lse := floats.LogSumExp(z)
	for k, v := range z {
		p[k] = math.Exp(v - lse)
	}
	return lse - z[class]
}

// softplus is log(1 + exp(z)).
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

// product writes the Hessian at the last call of value, times v, to dst.
func (g *logit) product(v, dst []float64) {
	g.overRows(v, dst, func(_, i int, u []float64) {
		w := g.rows.weight(i)
		p := g.prob[i*g.outputs:][:g.outputs]
		if g.outputs == 1 {
			u[0] *= w * p[0] * (1 - p[0])
			return
		}
		mean := dot(p, u)
		for k := range u {
			u[k] = w * p[k] * (u[k] - mean)
		}
	})
	g.penalty(v, dst)
}

// overRows computes z = Dθ for each row, where D is the centred columns and a
// column of ones, lets f turn it into r, and writes DᵀR/W to dst. Lanes of rows
// run in parallel and are added in their order.
func (g *logit) overRows(theta, dst []float64, f func(lane, i int, z []float64)) {
	parts := make([][]float64, len(g.lanes))
	parallel.For(len(g.lanes), func(lane int) {
		b := newBatch(g.rows.p+1, g.outputs)
		part := make([]float64, len(theta))
		for from := g.lanes[lane].from; from < g.lanes[lane].to; from += batchRows {
			to := min(from+batchRows, g.lanes[lane].to)
			b.load(g.rows, g.center, span{from, to})
			b.forward(theta)
			for i := from; i < to; i++ {
				f(lane, i, b.z[(i-from)*g.outputs:][:g.outputs])
			}
			b.backward(part)
		}
		parts[lane] = part
	})
	clear(dst)
	for _, part := range parts {
		floats.Add(dst, part)
	}
	floats.Scale(1/g.center.weight, dst)
}

// penalty adds l2·theta to dst and returns ½ l2 |theta|², both without the
// intercepts. Where none is fitted, it holds them still.
func (g *logit) penalty(theta, dst []float64) float64 {
	sum := 0.0
	for k := range g.outputs {
		at := k * (g.rows.p + 1)
		for j := at; j < at+g.rows.p; j++ {
			dst[j] += g.l2 * theta[j]
			sum += theta[j] * theta[j]
		}
		if !g.intercept {
			dst[at+g.rows.p] = 0
		}
	}
	return g.l2 * sum / 2
}
