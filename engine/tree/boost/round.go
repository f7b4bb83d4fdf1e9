package boost

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

const (
	deriveBlock = 1 << 11 // rows whose derivatives are taken at once
	applyBlock  = 1 << 14 // rows whose raw predictions are moved at once
)

// boosting is a fit under way.
type boosting struct {
	*Fitted
	*Settings
	loss
	pool *pool
	seed uint64

	train, valid fitRows
	grower       *grower
	gradients    []gradients     // by output
	scratch      [][]derivatives // by worker and output, for rows held out
}

// fitRows is rows with their targets, weights (or nil) and raw predictions.
type fitRows struct {
	rowsOf
	y, w, raw []float64
	weight    float64 // sum of w, or the number of rows
}

func newBoosting(ctx context.Context, p *pool, b *Fitted, s *Settings, l loss, classes int, x *mat.Dense, y, w []float64, seed uint64) (*boosting, error) {
	r := &boosting{Fitted: b, Settings: s, loss: l, pool: p, seed: seed}
	if s.EarlyStopping {
		var err error
		if r.train, r.valid, err = holdOut(ctx, x, y, w, classes, s.ValidationFraction, r.stream("held out", 0)); err != nil {
			return nil, err
		}
	} else {
		r.train, r.valid = allRows(x, y, w), pick(x, y, w, nil)
		b.ValidLoss = nil
	}
	data, err := binRows(ctx, p, r.train.rowsOf, r.train.w, s.categorical(b.Features), s.MaxBins, r.stream("bins", 0))
	if err != nil {
		return nil, err
	}
	r.grower = newGrower(p, data, s.MaxLeafNodes, s.MaxDepth, r.makeBuffers(data.n))
	switch {
	case b.Start != nil: // a warm start goes on from where the rounds were
		b.Base, b.Start = b.Start, nil
	case b.Base == nil:
		b.Base = l.start(p, r.train.y, r.train.w)
	}
	r.start(&r.train)
	r.start(&r.valid)
	return r, nil
}

// stream returns the random numbers of a task of the fit. They don't depend on
// what other tasks drew, so a warm start goes on as if it had never stopped.
func (r *boosting) stream(task string, number int) *rand.Rand {
	h := r.seed
	for _, c := range []byte(task) {
		h = (h ^ uint64(c)) * 0x100000001b3
	}
	return rand.New(rand.NewPCG(h, uint64(number)))
}

// makeBuffers makes what the rounds over n rows need and returns whether the
// hessian varies.
func (r *boosting) makeBuffers(n int) (hessians bool) {
	k := r.outputs()
	hessians = !r.constantHessian() || r.train.w != nil
	r.gradients = make([]gradients, k)
	for c := range r.gradients {
		r.gradients[c].gradient = make([]float32, n)
		if hessians {
			r.gradients[c].hessian = make([]float32, n)
		}
	}
	if r.constantHessian() {
		for i, w := range r.train.w {
			r.gradients[0].hessian[i] = float32(w)
		}
	}
	r.scratch = make([][]derivatives, r.pool.workers)
	for w := range r.scratch {
		r.scratch[w] = make([]derivatives, k)
		for c := range r.scratch[w] {
			r.scratch[w][c] = derivatives{make([]float32, deriveBlock), make([]float32, deriveBlock)}
		}
	}
	return hessians
}

// start sets the raw predictions of rows to those of the trees there are.
func (r *boosting) start(f *fitRows) {
	k := r.outputs()
	f.raw = make([]float64, f.len()*k)
	r.pool.rows(f.len(), applyBlock, func(from, to, _ int) {
		for i := from; i < to; i++ {
			raw := f.raw[i*k : (i+1)*k]
			copy(raw, r.Base)
			r.Trees.AddRow(raw, f.row(i))
		}
	})
}

// rounds grows trees until the limit, or until the held-out loss stops to
// fall, and keeps the rounds up to its lowest.
func (r *boosting) rounds(ctx context.Context) error {
	for round := r.Rounds(); ; round++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		loss, err := r.derive()
		if err != nil {
			return fmt.Errorf("boost: round %d: %w", round, err)
		}
		setLoss(&r.TrainLoss, round, loss)
		if r.valid.len() > 0 {
			setLoss(&r.ValidLoss, round, r.validLoss())
		}
		if round >= r.MaxIter || r.stopped() {
			break
		}
		taken := r.sampleRows(round)
		for c := range r.outputs() {
			r.addTree(c, taken)
		}
	}
	if best := r.bestRound(); best < r.Rounds() {
		r.Trees.Truncate(best * r.outputs())
		r.TrainLoss = r.TrainLoss[:best+1]
		r.start(&r.train)
	}
	if err := r.balance(); err != nil {
		return err
	}
	return r.checkFall()
}

// setLoss sets the loss after a number of rounds and drops what is behind it.
func setLoss(curve *[]float64, rounds int, loss float64) {
	*curve = append((*curve)[:min(rounds, len(*curve))], loss)
}

// bestRound returns the number of rounds of lowest held-out loss, the first if
// later ones are not lower by more than the tolerance; all rounds if no rows
// are held out.
func (r *boosting) bestRound() int {
	if len(r.ValidLoss) == 0 {
		return r.Rounds()
	}
	best, margin := 0, r.Tol*math.Abs(r.ValidLoss[0])
	for i, l := range r.ValidLoss {
		if l < r.ValidLoss[best]-margin {
			best = i
		}
	}
	return best
}

// stopped reports whether the last rounds brought no better held-out loss.
func (r *boosting) stopped() bool {
	return len(r.ValidLoss) > 0 && len(r.ValidLoss)-1-r.bestRound() >= r.NIterNoChange
}
