package forest

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"example.com/engine/parallel"
	"example.com/engine/tree"
)

// bagger grows the trees of a forest.
type bagger struct {
	*trainingSet
	*Settings
	draws int
	seeds []uint64 // one a tree: of its draw of rows and of its nodes
	base  *level
}

func newBagger(s *trainingSet, f *Settings, rng *rand.Rand) *bagger {
	n := len(s.y)
	b := &bagger{trainingSet: s, Settings: f, seeds: make([]uint64, f.NEstimators)}
	b.draws = max(1, int(f.MaxSamples*float64(n)))
	for t := range b.seeds {
		b.seeds[t] = rng.Uint64()
	}
	if f.Bootstrap {
		// Weights are chances here; what weighs is how often a row is drawn.
		s.unit, s.even = 1, false
	} else {
		b.base = s.level(s.w)
	}
	return b
}

// level is the first level of a tree in which row i weighs w[i], or 1 if w is
// nil. Rows of weight 0 are left out.
func (s *trainingSet) level(w []float64) *level {
	n := len(s.y)
	l := &level{
		set: s, y: s.y, class: s.class, columns: s.columns,
		stat: make([]moment, n), rows: make([]uint32, 0, n),
	}
	for i, y := range s.y {
		v := 1.0
		if w != nil {
			v = w[i]
		}
		if v > 0 {
			l.rows = append(l.rows, uint32(i))
			l.stat[i] = moment{v * y, v}
		}
	}
	return l
}

// grow returns the trees, the same whatever the number of processors.
func (b *bagger) grow(ctx context.Context) (*tree.Ensemble, error) {
	trees := make([]*tree.Tree, b.NEstimators)
	pool := newPool(b.trainingSet)
	for t := range trees {
		if ctx.Err() != nil {
			break
		}
		pool.spawn(func(g *grower) {
			trees[t] = g.growTree(ctx, b.sample(t), b.seeds[t]).tree(nil)
		})
	}
	pool.tasks.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return joinTrees(trees)
}

// sample returns the rows of tree t.
func (b *bagger) sample(t int) *level {
	if !b.Bootstrap {
		l := *b.base
		l.rows = append([]uint32(nil), l.rows...)
		return &l
	}
	return b.level(b.counts(t))
}

// counts returns how often tree t draws each row.
func (b *bagger) counts(t int) []float64 {
	n := len(b.y)
	counts := make([]float64, n)
	rng := rand.New(rand.NewPCG(b.seeds[t], 1))
	if b.w == nil {
		for range b.draws {
			counts[rng.IntN(n)]++
		}
		return counts
	}
	// Gaps between sorted uniform numbers are exponential: one pass draws
	// them in order, beside the running sum of weights.
	at := make([]float64, b.draws)
	sum := 0.0
	for i := range at {
		sum += rng.ExpFloat64()
		at[i] = sum
	}
	sum += rng.ExpFloat64()
	total, last := 0.0, 0
	for i, w := range b.w {
		total += w
		if w > 0 {
			last = i
		}
	}
	row, upTo := 0, b.w[0]
	for _, v := range at {
		for row < last && upTo < v/sum*total {
			row++
			upTo += b.w[row]
		}
		counts[row]++
	}
	return counts
}

func joinTrees(trees []*tree.Tree) (*tree.Ensemble, error) {
	nodes, values := 0, 0
	for _, t := range trees {
		nodes += len(t.Feature)
		values += len(t.Value)
	}
	if max(nodes, values) > math.MaxInt32 {
		return nil, errors.New("the forest has more than 2³¹ nodes; raise min_samples_leaf or lower n_estimators")
	}
	e := tree.NewEnsemble(trees[0].LeafSize, trees[0].LeafSize)
	e.Reserve(nodes, values)
	for _, t := range trees {
		e.Append(t)
	}
	return e, nil
}

// OutOfBag is how a forest does on training rows, each predicted by the trees
// that did not draw it: an estimate of the error on new rows that needs none.
type OutOfBag struct {
	// Score is R² for a regression and the share of rows whose likeliest class
	// is right for a classification, over the rows that some tree left out.
	Score float64 `json:"oob_score_,omitempty"`
	// Prediction holds a number a row, or one a class; NaN where every tree
	// drew the row. It is not part of a saved model.
	Prediction []float64 `json:"-"`
}

// outOfBag predicts the training rows, tree after tree.
func (b *bagger) outOfBag(ctx context.Context, e *tree.Ensemble) (OutOfBag, error) {
	n, k := len(b.y), e.Outputs
	sums, votes := make([]float64, n*k), make([]float64, n)
	for t := range b.seeds {
		if err := ctx.Err(); err != nil {
			return OutOfBag{}, err
		}
		counts := b.counts(t)
		parallel.Blocks(n, 1024, func(from, to int) {
			for i := from; i < to; i++ {
				if counts[i] > 0 {
					continue
				}
				votes[i]++
				for j, v := range e.Values(e.LeafOf(t, b.x.RawRowView(i))) {
					sums[i*k+j] += v
				}
			}
		})
	}
	for i := range sums {
		sums[i] /= votes[i/k] // 0/0 is NaN
	}
	score, err := b.score(sums)
	return OutOfBag{score, sums}, err
}

func (b *bagger) score(prediction []float64) (float64, error) {
	n, k := len(b.y), b.values()
	var rows []int
	for i := range n {
		if prediction[i*k] == prediction[i*k] {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return 0, errors.New("forest: oob_score: every tree drew every row; there are too few rows or trees")
	}
	if b.classes > 0 {
		right := 0
		for _, i := range rows {
			if floats.MaxIdx(prediction[i*k:(i+1)*k]) == int(b.target[i]) {
				right++
			}
		}
		return float64(right) / float64(len(rows)), nil
	}
	return determination(b.target, prediction, rows), nil
}

// determination returns R² over some rows; with a constant target, 1 if the
// prediction is right and 0 if not.
func determination(y, prediction []float64, rows []int) float64 {
	mean, residual, total := 0.0, 0.0, 0.0
	for _, i := range rows {
		mean += y[i] / float64(len(rows))
	}
	for _, i := range rows {
		residual += (y[i] - prediction[i]) * (y[i] - prediction[i])
		total += (y[i] - mean) * (y[i] - mean)
	}
	switch {
	case total > 0:
		return 1 - residual/total
	case residual > 0:
		return 0
	}
	return 1
}
