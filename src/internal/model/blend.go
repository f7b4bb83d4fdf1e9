package model

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/housing/src/internal/linear"
	"example.com/housing/src/internal/selection"
)

// blend is a weighted mean of several estimators' predictions. The weights are
// those that fit the target best on predictions that each estimator makes for
// rows it did not see, by non-negative least squares (Breiman 1996, Stacked
// Regressions), scaled to a sum of 1. Then every estimator learns from all
// rows.
type blend struct {
	Estimators []Estimator `yaml:"estimators" json:"estimators" validate:"min=2"`
	Folds      int         `yaml:"folds" json:"folds" validate:"gte=2"`
	Weights    []float64   `yaml:"-" json:"weights"` // by estimator
}

func newBlend() blend { return blend{Folds: 5} }

// answer returns a member's predictions, as many numbers a row as least squares
// sees.
type answer func(l Learner, x *mat.Dense) []float64

// fit learns members and weights. y is what least squares sees: the target, or
// for k classes the indicators of each row, k a row.
func (b *blend) fit(ctx context.Context, x *mat.Dense, target, y, w []float64, rng *rand.Rand, ask answer) error {
	rows, _ := x.Dims()
	kfold := selection.KFold{Folds: b.Folds, Shuffle: true}
	folds, err := kfold.Split(selection.Rows{N: rows}, rng)
	if err != nil {
		return err
	}
	width := len(y) / rows
	held := mat.NewDense(len(y), len(b.Estimators), nil)
	for j, e := range b.Estimators {
		for _, f := range folds {
			fresh, err := clone(&e)
			if err != nil {
				return err
			}
			if err := fresh.Fit(ctx, takeRows(x, f.Train), takeValues(target, f.Train), takeValues(w, f.Train), rng); err != nil {
				return fmt.Errorf("%s: %w", e.Kind, err)
			}
			answers := ask(fresh.Learner, takeRows(x, f.Test))
			for k, i := range f.Test {
				for c := range width {
					held.Set(i*width+c, j, answers[k*width+c])
				}
			}
		}
		if err := e.Fit(ctx, x, target, w, rng); err != nil {
			return fmt.Errorf("%s: %w", e.Kind, err)
		}
	}
	if b.Weights, err = linear.NonNegative(held, y, repeat(w, width)); err != nil {
		return err
	}
	sum := floats.Sum(b.Weights)
	if !(sum > 0) {
		return errors.New("blend: no estimator is of use: all weights are 0")
	}
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
