package model

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/linear"
	"example.com/engine/selection"
)

// blend is a weighted mean of several estimators' predictions. The weights are
// those that fit the target best on predictions that each estimator makes for
// rows it did not see, by non-negative least squares (Breiman 1996, Stacked
// Regressions), scaled to a sum of 1. Then every estimator learns from all
// rows.
type blend struct {
	Estimators []Estimator `yaml:"estimators" json:"estimators" validate:"min=2"`
	// Weighting is fitted, or equal: all estimators count the same, which
	// spares the folds.
	Weighting string    `yaml:"weighting" json:"weighting" validate:"oneof=fitted equal"`
	Folds     int       `yaml:"folds" json:"folds" validate:"gte=2"`
	Weights   []float64 `yaml:"-" json:"weights"` // by estimator
}

func newBlend() blend { return blend{Weighting: "fitted", Folds: 5} }

// answer returns a member's predictions, as many numbers a row as least squares
// sees.
type answer func(l Learner, x *mat.Dense) []float64

// fit learns members and weights. y is what least squares sees: the target, or
// for k classes the indicators of each row, k a row.
func (b *blend) fit(ctx context.Context, x *mat.Dense, target, y, w []float64, rng *rand.Rand, ask answer) error {
	if err := b.weigh(ctx, x, target, y, w, rng, ask); err != nil {
		return err
	}
	for _, e := range b.Estimators {
		if err := e.Fit(ctx, x, target, w, rng); err != nil {
			return fmt.Errorf("%s: %w", e.Kind, err)
		}
	}
	return nil
}

// heldOut returns each member's predictions, a column each, for rows that it
// did not learn from.
func (b *blend) heldOut(ctx context.Context, x *mat.Dense, target, w []float64, width int, rng *rand.Rand, ask answer) (*mat.Dense, error) {
	kfold := selection.KFold{Folds: b.Folds, Shuffle: true}
	folds, err := kfold.Split(selection.Rows{N: len(target)}, rng)
	if err != nil {
		return nil, err
	}
	held := mat.NewDense(len(target)*width, len(b.Estimators), nil)
	for j := range b.Estimators {
		for _, f := range folds {
			fresh, err := clone(&b.Estimators[j])
			if err != nil {
				return nil, err
			}
			if err := fresh.Fit(ctx, takeRows(x, f.Train), takeValues(target, f.Train), takeValues(w, f.Train), rng); err != nil {
				return nil, fmt.Errorf("%s: %w", fresh.Kind, err)
			}
			answers := ask(fresh.Learner, takeRows(x, f.Test))
			for k, i := range f.Test {
				for c := range width {
					held.Set(i*width+c, j, answers[k*width+c])
				}
			}
		}
	}
	return held, nil
}

// weigh sets the weights: equal ones, or those that fit y best.
func (b *blend) weigh(ctx context.Context, x *mat.Dense, target, y, w []float64, rng *rand.Rand, ask answer) error {
	if b.Weighting == "equal" {
		b.Weights = slices.Repeat([]float64{1 / float64(len(b.Estimators))}, len(b.Estimators))
		return nil
	}
	width := len(y) / len(target)
	held, err := b.heldOut(ctx, x, target, w, width, rng, ask)
	if err != nil {
		return err
	}
	l := linear.NewLeastSquares()
	l.FitIntercept, l.Positive = false, true
	if err := l.Fit(ctx, held, y, repeat(w, width), nil); err != nil {
		return err
	}
	sum := 0.0
	for _, c := range l.Coef {
		sum += c
	}
	if !(sum > 0) {
		return errors.New("no estimator is of use: all weights are 0")
	}
	b.Weights = l.Coef
	floats.Scale(1/sum, b.Weights)
	return nil
}

// Arrays returns those of the members, each under its number.
func (b *blend) Arrays() map[string]any {
	all := map[string]any{}
	for i, e := range b.Estimators {
		if a, ok := e.Learner.(arrayer); ok {
			for name, array := range a.Arrays() {
				all[strconv.Itoa(i)+"/"+name] = array
			}
		}
	}
	return all
}

func (b *blend) bind(features []string) error {
	for _, e := range b.Estimators {
		if n, ok := e.Learner.(binder); ok {
			if err := n.bind(features); err != nil {
				return fmt.Errorf("%s: %w", e.Kind, err)
			}
		}
	}
	return nil
}

// validate checks that every member does what the blend does.
func (b *blend) validate(suits func(Learner) bool, what string) error {
	for _, e := range b.Estimators {
		if e.Learner != nil && !suits(e.Learner) {
			return fmt.Errorf("%s does not predict %s", e.Kind, what)
		}
	}
	return nil
}

// blendRegressor blends estimators of numbers.
type blendRegressor struct {
	blend `yaml:",inline"`
}

// Validate checks the members.
func (b *blendRegressor) Validate() error {
	return b.validate(func(l Learner) bool { _, ok := l.(Regressor); return ok }, "numbers")
}

// Fit learns members and weights.
func (b *blendRegressor) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	return b.fit(ctx, x, y, y, w, rng, func(l Learner, x *mat.Dense) []float64 {
		rows, _ := x.Dims()
		out := make([]float64, rows)
		l.(Regressor).Predict(out, x)
		return out
	})
}

// Predict writes the weighted mean of the members' predictions.
func (b *blendRegressor) Predict(dst []float64, x *mat.Dense) {
	clear(dst)
	one := make([]float64, len(dst))
	for j, e := range b.Estimators {
		if b.Weights[j] > 0 {
			e.Learner.(Regressor).Predict(one, x)
			floats.AddScaled(dst, b.Weights[j], one)
		}
	}
}

// blendClassifier blends estimators of class probabilities.
type blendClassifier struct {
	blend `yaml:",inline"`
}

// Validate checks the members.
func (b *blendClassifier) Validate() error {
	return b.validate(func(l Learner) bool { _, ok := l.(Classifier); return ok }, "classes")
}

// Fit learns members and weights.
func (b *blendClassifier) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	classes := 1 + int(floats.Max(y))
	indicators := make([]float64, len(y)*classes)
	for i, code := range y {
		indicators[i*classes+int(code)] = 1
	}
	return b.fit(ctx, x, y, indicators, w, rng, func(l Learner, x *mat.Dense) []float64 {
		rows, _ := x.Dims()
		out := mat.NewDense(rows, classes, nil)
		l.(Classifier).PredictProba(out, x)
		return out.RawMatrix().Data
	})
}

// PredictProba writes the weighted mean of the members' probabilities.
func (b *blendClassifier) PredictProba(dst *mat.Dense, x *mat.Dense) {
	dst.Zero()
	rows, classes := dst.Dims()
	one := mat.NewDense(rows, classes, nil)
	for j, e := range b.Estimators {
		if b.Weights[j] > 0 {
			e.Learner.(Classifier).PredictProba(one, x)
			floats.AddScaled(dst.RawMatrix().Data, b.Weights[j], one.RawMatrix().Data)
		}
	}
}

func takeRows(x *mat.Dense, rows []int) *mat.Dense {
	_, p := x.Dims()
	out := mat.NewDense(len(rows), p, nil)
	for k, i := range rows {
		out.SetRow(k, x.RawRowView(i))
	}
	return out
}

func takeValues(v []float64, rows []int) []float64 {
	if v == nil {
		return nil
	}
	out := make([]float64, len(rows))
	for k, i := range rows {
		out[k] = v[i]
	}
	return out
}

// repeat gives every weight so many times.
func repeat(w []float64, times int) []float64 {
	if w == nil {
		return nil
	}
	out := make([]float64, 0, len(w)*times)
	for _, v := range w {
		for range times {
			out = append(out, v)
		}
	}
	return out
}
