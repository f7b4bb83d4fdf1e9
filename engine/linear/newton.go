package linear

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"

	"example.com/engine/parallel"
)

// newton minimises a convex function by Newton's method, with each step found
// by preconditioned conjugate gradients only as exactly as it is worth
// (Nocedal and Wright, Numerical Optimization, 2006, chapter 7.1).
//
// Note: gonum's optimize.LBFGS was the alternative. It needs no products with
// the Hessian, but many more passes over the rows to reach a tight tolerance,
// and its line search fails close to the optimum.
type newton struct {
	objective interface {
		// value returns the function at theta and writes its gradient.
		value(theta, grad []float64) float64
		// product writes the Hessian where value was called last, times v.
		product(v, dst []float64)
		// preconditioner returns what solves M d = v for an M close to it.
		preconditioner(ctx context.Context) (func(dst, v []float64), error)
	}
	tol   float64
	limit int
	// patience is the number of products with the Hessian in one step that
	// a new preconditioner is worth.
	patience int

	precondition func(dst, v []float64)
}

// run moves theta to the minimum and returns the number of steps. It has
// converged when the squared gradient, as measured by the preconditioner,
// which is about the height above the minimum, is below tol²; or when it is
// below tol and rounding lets no step go down.
func (n *newton) run(ctx context.Context, theta []float64) (steps int, converged bool, err error) {
	size := len(theta)
	grad, scaled, step := make([]float64, size), make([]float64, size), make([]float64, size)
	f, stalls, products := n.objective.value(theta, grad), 0, n.patience+1
	for ; ; steps++ {
		if products > n.patience {
			if n.precondition, err = n.objective.preconditioner(ctx); err != nil {
				return steps, false, err
			}
		}
		n.precondition(scaled, grad)
		norm := math.Sqrt(max(0, floats.Dot(grad, scaled)))
		if norm <= n.tol {
			return steps, true, nil
		}
		if steps == n.limit {
			return steps, false, nil
		}
		if err := ctx.Err(); err != nil {
			return steps, false, err
		}
		products = n.direction(step, grad, norm*min(0.25, math.Sqrt(norm)))
		next, ok := n.search(theta, step, grad, f)
		if next < f {
			stalls = 0
		} else {
			stalls++
		}
		if !ok || stalls == 3 {
			return steps, norm*norm <= n.tol, nil
		}
		f = next
	}
}

// direction solves H step = -grad until the residual, as measured by the
// preconditioner, is at most goal. It returns the number of products.
func (n *newton) direction(step, grad []float64, goal float64) (products int) {
	size := len(step)
	clear(step)
	residual, scaled := make([]float64, size), make([]float64, size)
	floats.AddScaled(residual, -1, grad)
	n.precondition(scaled, residual)
	along, curved := append([]float64(nil), scaled...), make([]float64, size)
	square := floats.Dot(residual, scaled)
	for products = 1; products <= 2*size+10; products++ {
		n.objective.product(along, curved)
		curvature := floats.Dot(along, curved)
		if !(curvature > 0) {
			break // flat: the shift that all intercepts share
		}
		floats.AddScaled(step, square/curvature, along)
		floats.AddScaled(residual, -square/curvature, curved)
		n.precondition(scaled, residual)
		next := floats.Dot(residual, scaled)
		if math.Sqrt(next) <= goal {
			break
		}
		floats.Scale(next/square, along)
		floats.Add(along, scaled)
		square = next
	}
	return products
}

// search halves the step until the objective falls by a share of what its
// slope promises, but for rounding. It moves theta, updates grad and returns
// the new value; false leaves both as they were.
func (n *newton) search(theta, step, grad []float64, f float64) (value float64, ok bool) {
	slope := floats.Dot(step, grad)
	from, before := append([]float64(nil), theta...), append([]float64(nil), grad...)
	for length := 1.0; length > 1e-10; length /= 2 {
		floats.AddScaledTo(theta, from, length, step)
		value = n.objective.value(theta, grad)
		if value <= f+1e-4*length*slope+1e-14*math.Abs(f) {
			return value, true
		}
	}
	copy(theta, from)
	copy(grad, before)
	return f, false
}

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
		_, p[0] = Expit(z[0])
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
