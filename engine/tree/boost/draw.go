package boost

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/selection"
)

// drawFeatures draws the features of the next tree and sees to the draws for
// its nodes.
func (r *boosting) drawFeatures() {
	g := r.grower
	g.drawFeatures = nil
	if r.FeatureFraction == 1 && r.MaxFeatures == 1 {
		return
	}
	rng := r.stream("features", r.Trees.Trees())
	all := make([]int, len(g.used))
	for i := range all {
		all[i] = i
	}
	slots := drawn(rng, all, r.FeatureFraction)
	g.draw(slots)
	if r.MaxFeatures == 1 {
		return
	}
	g.drawFeatures = func() []bool {
		allowed := make([]bool, len(all))
		for _, slot := range drawn(rng, slots, r.MaxFeatures) {
			allowed[slot] = true
		}
		return allowed
	}
}

// draw lets the next tree split by the features of some slots only.
func (d *binned) draw(slots []int) {
	for o := range d.octets {
		d.octets[o].drawn = 0
	}
	for _, slot := range slots {
		d.octets[slot/octetWidth].drawn |= 1 << (slot % octetWidth)
	}
}

// drawn returns a share of the elements, at least one, drawn without
// replacement, and reorders them.
func drawn(rng *rand.Rand, from []int, share float64) []int {
	if share == 1 || len(from) == 0 {
		return from
	}
	n := max(1, int(share*float64(len(from))+0.5))
	for i := range n {
		j := i + rng.IntN(len(from)-i)
		from[i], from[j] = from[j], from[i]
	}
	return from[:n]
}

// sampleRows draws the rows of a round and returns 1 for each: nil if all take
// part. Each block of rows has its own random numbers, so that blocks can be
// drawn in parallel.
func (r *boosting) sampleRows(round int) []uint8 {
	if r.Subsample == 1 {
		return nil
	}
	const block = 1 << 16
	n := r.train.len()
	blocks := (n + block - 1) / block
	taken := make([]uint8, n)
	r.pool.rows(n, block, func(from, to, _ int) {
		rng := r.stream("rows", round*blocks+from/block)
		need := max(1, int(r.Subsample*float64(to-from)+0.5))
		for i := from; need > 0; i++ {
			// Selection sampling: Knuth, TAOCP 3.4.2, algorithm S.
			if rng.IntN(to-i) < need {
				taken[i] = 1
				need--
			}
		}
	})
	return taken
}

// allRows takes every row of x.
func allRows(x *mat.Dense, y, w []float64) fitRows {
	f := fitRows{rowsOf: rowsOf{x: x}, y: y, w: w}
	f.weigh()
	return f
}

func (f *fitRows) weigh() {
	f.weight = float64(len(f.y))
	if f.w != nil {
		f.weight = max(sumOf(f.w), math.SmallestNonzeroFloat64)
	}
}

// holdOut sets the given share of the rows aside, of each class in a
// classification (classes > 0), as [selection.InnerHoldout] does, and returns the
// others and them.
func holdOut(ctx context.Context, x *mat.Dense, y, w []float64, classes int, share float64, rng *rand.Rand) (train, valid fitRows, err error) {
	of := y
	if classes == 0 {
		of = nil
	}
	f, err := selection.InnerHoldout(ctx, len(y), share, of, rng)
	return pick(x, y, w, f.Train), pick(x, y, w, f.Test), err
}

// pick takes some rows of x; nil is none.
func pick(x *mat.Dense, y, w []float64, rows []int) fitRows {
	f := fitRows{rowsOf: rowsOf{x: x, rows: make([]int32, len(rows))}, y: make([]float64, len(rows))}
	for i, row := range rows {
		f.rows[i], f.y[i] = int32(row), y[row]
	}
	if w != nil {
		f.w = make([]float64, len(rows))
		for i, row := range rows {
			f.w[i] = w[row]
		}
	}
	f.weigh()
	return f
}
