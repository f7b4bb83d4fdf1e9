// Package boost grows trees by gradient boosting on histograms, after LightGBM and
// scikit-learn's HistGradientBoosting: a Regressor with a choice of losses, and a
// Classifier.
//
// It takes numbers and gives numbers. A missing value is NaN; a categorical feature
// holds codes 0, 1, 2…. The same data, settings and random numbers give the same
// bits at any GOMAXPROCS.
package boost

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree"
	"example.com/engine/tree/shap"
)

// Fitted is what boosting learns: a raw prediction is the base plus the leaf
// values of all trees, in the order of rounds.
type Fitted struct {
	Features int       `json:"features"` // columns of x
	Base     []float64 `json:"base"`     // by output
	// Start is the base from which the first round started, by output: Base is
	// what balances the mean prediction after the last one. Nil is Base.
	Start []float64 `json:"start,omitempty"`

	// Mean loss of the training rows before the first round and after each one
	// that was kept; of the rows held out for early stopping, after each round
	// that was tried.
	TrainLoss []float64 `json:"train_loss"`
	ValidLoss []float64 `json:"valid_loss,omitempty"`

	Trees *tree.Ensemble `json:"trees"`
}

// Rounds returns the number of rounds that were kept.
func (b *Fitted) Rounds() int {
	if b.Trees == nil {
		return 0
	}
	return b.Trees.Trees() / b.Trees.Outputs
}

// Arrays names the slices that hold the trees, as pointers, for saving and for
// loading. Call Check after loading.
func (b *Fitted) Arrays() map[string]any {
	if b.Trees == nil {
		b.Trees = tree.NewEnsemble(max(1, len(b.Base)), 1)
	}
	return b.Trees.Arrays()
}

// Check returns an error if loaded trees are damaged.
func (b *Fitted) Check() error {
	if b.Trees == nil || len(b.Base) != b.Trees.Outputs || b.Trees.LeafSize != 1 {
		return errors.New("boost: boosting without trees, or without a base for each output")
	}
	return b.Trees.Check(b.Features)
}

// raw writes the raw predictions for x to dst, outputs numbers a row.
func (b *Fitted) raw(dst []float64, x *mat.Dense) {
	n, features := x.Dims()
	if b.Trees == nil {
		panic("boost: predict before fit")
	}
	if features != b.Features {
		panic(fmt.Sprintf("boost: x has %d columns, want %d", features, b.Features))
	}
	for i := range n {
		copy(dst[i*len(b.Base):], b.Base)
	}
	b.Trees.Add(dst, x)
}

// fit grows trees by the loss. classes is the number of classes, 0 for a
// regression: rows are held out by class.
func (b *Fitted) fit(ctx context.Context, s *Settings, l loss, classes int, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	n, features := x.Dims()
	if len(y) != n || w != nil && len(w) != n {
		panic("boost: slice length mismatch")
	}
	if err := checkRows(n); err != nil {
		return err
	}
	if !s.WarmStart || b.Trees == nil {
		*b = Fitted{Features: features, Trees: tree.NewEnsemble(l.outputs(), 1)}
	}
	if b.Features != features || b.Trees.Outputs != l.outputs() {
		return fmt.Errorf("boost: warm_start: %d columns and %d outputs after %d and %d", features, l.outputs(), b.Features, b.Trees.Outputs)
	}
	if err := errors.Join(s.checkColumns(features), checkWeights(w)); err != nil {
		return err
	}
	p := newPool(ctx)
	defer p.close()
	r, err := newBoosting(ctx, p, b, s, l, classes, x, y, w, rng.Uint64())
	if err != nil {
		return err
	}
	return r.rounds(ctx)
}

func checkRows(n int) error {
	if n == 0 || n > math.MaxInt32 {
		return fmt.Errorf("boost: %d rows: want 1 to %d, since rows are numbered in 32 bits; fit a sample", n, math.MaxInt32)
	}
	return nil
}

// Explainer explains the raw prediction. It takes a pass over the trees: make
// it once.
func (b *Fitted) Explainer() *shap.Explainer {
	if b.Trees == nil {
		panic("boost: explain before fit")
	}
	return shap.New(b.Trees, b.Features, 1, b.Base)
}
