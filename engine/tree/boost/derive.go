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
	r.pool.rows(f.len(), deriveBlock, func(from, to, _ int) {
		b, d := from/deriveBlock, make([]derivatives, k)
		for c := range d {
			d[c] = r.gradients[c].rows(from, to)
		}
		losses[b] = r.deriveRows(f, d, from, to)
		for c := range d {
			most[b*k+c] = d[c].largest()
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
		r.gradients[c].units = l.units(coarseBits)
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

// gradients are the derivatives of all training rows by one output.
type gradients struct {
	units       units
	derivatives // no hessians if they are 1
}

// rows returns the derivatives of rows from to to-1.
func (g *gradients) rows(from, to int) derivatives {
	d := derivatives{gradient: g.gradient[from:to]}
	if g.hessian != nil {
		d.hessian = g.hessian[from:to]
	}
	return d
}

// largest is the largest derivatives among some rows, without sign.
type largest struct{ gradient, hessian float32 }

func (d *derivatives) largest() largest {
	return largest{largestOf(d.gradient), largestOf(d.hessian)}
}

// largestOf returns NaN if there is one.
func largestOf(v []float32) float32 {
	var most uint32 // without the sign the bits are in the order of |v|, NaN last
	for _, x := range v {
		most = max(most, math.Float32bits(x)&^(1<<31))
	}
	return math.Float32frombits(most)
}

func (l *largest) include(o largest) {
	l.gradient, l.hessian = max(l.gradient, o.gradient), max(l.hessian, o.hessian)
}

// units returns the units by which the largest derivatives become the largest
// whole numbers, of the given bits for the largest gradient in a histogram.
func (l largest) units(bits int) units {
	u := units{drop: uint(memberBits - bits), fine: 1, hessian: 1}
	if l.gradient > 0 {
		u.fine = fineTop / float64(l.gradient)
	}
	u.gradient = math.Ldexp(1/u.fine, int(u.drop)-rowBits)
	if l.hessian > 0 {
		u.hessian = float64(l.hessian) / hessianTop
	}
	return u
}
