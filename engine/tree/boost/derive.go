package boost

import (
	"errors"
	"math"
)

// derive takes the derivatives of all training rows, keeps them where their
// quantised form will be, finds the units, and returns the mean loss.
func (r *boosting) derive() (loss float64, err error) {
	f, k := &r.train, r.outputs()
	if a, ok := r.loss.(adapter); ok {
		a.adapt(r.pool, f.raw, f.y, f.w)
	}
	blocks := (f.len() + deriveBlock - 1) / deriveBlock
	losses := make([]float64, blocks)
	most := make([]largest, blocks*k)
	r.pool.rows(f.len(), deriveBlock, func(from, to, worker int) {
		b := from / deriveBlock
		losses[b] = r.deriveRows(f, r.scratch[worker], from, to)
		for c, d := range r.scratch[worker] {
			most[b*k+c] = r.keep(c, d, from, to)
		}
	})
	for c := range k {
		var l largest
		for b := range blocks {
			l.include(most[b*k+c])
		}
		if most := float64(l.gradient + l.hessian); math.IsInf(most, 0) || math.IsNaN(most) {
			return 0, errors.New("gradients overflow single precision: scale the target and the weights down")
		}
		r.scale[c] = l.units(&r.quantised[c])
	}
	return sumOf(losses) / f.weight, nil
}

// validLoss returns the mean loss of the rows held out.
func (r *boosting) validLoss() float64 {
	f := &r.valid
	losses := make([]float64, (f.len()+deriveBlock-1)/deriveBlock)
	r.pool.rows(f.len(), deriveBlock, func(from, to, worker int) {
		losses[from/deriveBlock] = r.deriveRows(f, r.scratch[worker], from, to)
	})
	return sumOf(losses) / f.weight
}

func sumOf(v []float64) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum
}

func (r *boosting) deriveRows(f *fitRows, d []derivatives, from, to int) float64 {
	k := r.outputs()
	var w []float64
	if f.w != nil {
		w = f.w[from:to]
	}
	return r.loss.derive(d, f.raw[from*k:to*k], f.y[from:to], w)
}

// keep stores the derivatives of a block of rows by output c as the bits of
// their single precision, and returns the largest.
func (r *boosting) keep(c int, d derivatives, from, to int) (most largest) {
	gradient, hessian := r.quantised[c].gradient, r.quantised[c].hessian
	gradient = gradient[from:to]
	var bits uint32 // without the sign they are in the order of |g|, NaN last
	for i, g := range d.gradient[:len(gradient)] {
		b := math.Float32bits(g)
		gradient[i] = int32(b)
		bits = max(bits, b&^(1<<31))
	}
	most.gradient = math.Float32frombits(bits)
	if hessian == nil {
		return most
	}
	if r.constantHessian() {
		for i, w := range r.train.w[from:to] {
			d.hessian[i] = float32(w)
		}
	}
	for i, h := range d.hessian[:to-from] {
		hessian[from+i] = math.Float32bits(h)
		most.hessian = max(most.hessian, h)
	}
	return most
}

// largest is the largest derivatives among some rows, without sign.
type largest struct{ gradient, hessian float32 }

func (l *largest) include(o largest) {
	l.gradient, l.hessian = max(l.gradient, o.gradient), max(l.hessian, o.hessian)
}

// unitScale is one unit of gradient and of hessian.
type unitScale struct{ gradient, hessian float64 }

// units returns the units by which the largest derivatives become the largest
// whole numbers.
func (l largest) units(g *gradients) unitScale {
	u := unitScale{gradient: float64(l.gradient) / g.top, hessian: 1}
	if u.gradient == 0 {
		u.gradient = 1
	}
	if g.hessian != nil && l.hessian > 0 {
		u.hessian = float64(l.hessian) / hessianTop
	}
	return u
}

// quantise turns the kept derivatives by output c into whole units.
func (r *boosting) quantise(c int) {
	g, u := r.quantised[c], r.scale[c]
	r.pool.rows(r.train.len(), applyBlock, func(from, to, _ int) {
		perUnit := 1 / u.gradient
		for i, b := range g.gradient[from:to] {
			v := float64(math.Float32frombits(uint32(b)))
			g.gradient[from+i] = int32(math.RoundToEven(v * perUnit))
		}
		if g.hessian == nil {
			return
		}
		perUnit = 1 / u.hessian
		for i, b := range g.hessian[from:to] {
			v := float64(math.Float32frombits(b))
			g.hessian[from+i] = uint32(math.RoundToEven(v * perUnit))
		}
	})
}
