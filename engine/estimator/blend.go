package estimator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/explain"
	"example.com/engine/linear"
	"example.com/engine/selection"
)

// Blend is a weighted mean of several estimators' predictions. The weights are
// those that fit the target best on predictions that each estimator makes for
// rows it did not see, by non-negative least squares (Breiman 1996, Stacked
// Regressions), scaled to a sum of 1. Then every estimator learns from all
// rows. What is set aside is whole groups, or later rows, as the rows hang together:
// see [selection.Inner]. Else a member that knows a group by heart gets the weight.
type Blend struct {
	Estimators []Estimator `yaml:"estimators" json:"estimators" validate:"min=2"`
	// Weighting is fitted, or equal: all estimators count the same, which
	// spares the folds.
	Weighting string    `yaml:"weighting" json:"weighting" validate:"oneof=fitted equal"`
	Folds     int       `yaml:"folds" json:"folds" validate:"gte=2"`
	Weights   []float64 `yaml:"-" json:"weights"` // by estimator
}

func newBlend() Blend { return Blend{Weighting: "fitted", Folds: 5} }

func init() {
	Register("blend_regressor", func() Learner { return &BlendRegressor{newBlend()} })
	Register("blend_classifier", func() Learner { return &BlendClassifier{newBlend()} })
}

// answer returns a member's predictions, as many numbers a row as least squares
// sees.
type answer func(l Learner, x *mat.Dense) []float64

// fit learns members and weights. y is what least squares sees: the target, or
// for k classes the indicators of each row, k a row.
func (b *Blend) fit(ctx context.Context, x *mat.Dense, target, y, w []float64, rng *rand.Rand, ask answer) error {
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
// did not learn from, and the numbers of these rows. classes is nil for numbers.
func (b *Blend) heldOut(ctx context.Context, x *mat.Dense, target, classes, w []float64, width int, rng *rand.Rand, ask answer) (*mat.Dense, []int, error) {
	folds, err := selection.Inner(ctx, len(target), b.Folds, classes, rng)
	if err != nil {
		return nil, nil, err
	}
	var rows []int
	for _, f := range folds {
		rows = append(rows, f.Test...)
	}
	held := mat.NewDense(len(rows)*width, len(b.Estimators), nil)
	for j := range b.Estimators {
		var answers []float64
		for _, f := range folds {
			fresh, err := b.Estimators[j].Fresh()
			if err != nil {
				return nil, nil, err
			}
			ctx := selection.WithTaken(ctx, f.Train)
			if err := fresh.Fit(ctx, selection.TakeRows(x, f.Train), selection.Take(target, f.Train), selection.Take(w, f.Train), rng); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", fresh.Kind, err)
			}
			answers = append(answers, ask(fresh.Learner, selection.TakeRows(x, f.Test))...)
		}
		held.SetCol(j, answers)
	}
	return held, rows, nil
}

// weigh sets the weights: equal ones, or those that fit y best.
func (b *Blend) weigh(ctx context.Context, x *mat.Dense, target, y, w []float64, rng *rand.Rand, ask answer) error {
	if b.Weighting == "equal" {
		b.Weights = slices.Repeat([]float64{1 / float64(len(b.Estimators))}, len(b.Estimators))
		return nil
	}
	width := len(y) / len(target)
	classes := target
	if width == 1 {
		classes = nil
	}
	held, rows, err := b.heldOut(ctx, x, target, classes, w, width, rng, ask)
	if err != nil {
		return err
	}
	l := linear.NewLeastSquares()
	l.FitIntercept, l.Positive = false, true
	if err := l.Fit(ctx, held, wide(y, width, rows), repeat(selection.Take(w, rows), width), nil); err != nil {
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

// wide returns what y, so many numbers a row, has for the rows.
func wide(y []float64, width int, rows []int) []float64 {
	out := make([]float64, 0, len(rows)*width)
	for _, i := range rows {
		out = append(out, y[i*width:(i+1)*width]...)
	}
	return out
}

// Blended returns the blend itself.
func (b *Blend) Blended() *Blend { return b }

// Arrays returns those of the members, each under its number.
func (b *Blend) Arrays() map[string]any {
	all := map[string]any{}
	for i, e := range b.Estimators {
		for name, array := range e.Arrays() {
			all[strconv.Itoa(i)+"/"+name] = array
		}
	}
	return all
}

// Bind tells the members the names of the inputs.
func (b *Blend) Bind(features []string) error {
	for _, e := range b.Estimators {
		if err := e.Bind(features); err != nil {
			return err
		}
	}
	return nil
}

// UsesMeans tells whether a member does.
func (b *Blend) UsesMeans() bool {
	return slices.ContainsFunc(b.Estimators, func(e Estimator) bool { return UsesMeans(e.Learner) })
}

// attribution adds up those of the members, which must all be on the scale of
// their mean.
func (b *Blend) attribution(means []float64, scale explain.Scale) (explain.Attribution, error) {
	sum := &explain.Sum{}
	for j, e := range b.Estimators {
		if b.Weights[j] == 0 {
			continue
		}
		a, err := e.Attribution(means)
		if err != nil {
			return explain.Attribution{}, err
		}
		if a.Scale != scale {
			return explain.Attribution{}, fmt.Errorf("%w: a blend adds up what %s is not explained by, which is its %s", explain.ErrUnexplained, e.Kind, a.Scale)
		}
		sum.Add(b.Weights[j], a)
	}
	return explain.Attribution{Attributor: sum, Scale: scale}, nil
}

// validate checks that every member does what the blend does.
func (b *Blend) validate(suits func(Learner) bool, what string) error {
	for _, e := range b.Estimators {
		if e.Learner != nil && !suits(e.Learner) {
			return fmt.Errorf("%s does not predict %s", e.Kind, what)
		}
	}
	return nil
}

// BlendRegressor blends estimators of numbers.
type BlendRegressor struct {
	Blend `yaml:",inline"`
}

// Validate checks the members.
func (b *BlendRegressor) Validate() error {
	return b.validate(func(l Learner) bool { _, ok := l.(Regressor); return ok }, "numbers")
}

// Fit learns members and weights.
func (b *BlendRegressor) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	return b.fit(ctx, x, y, y, w, rng, func(l Learner, x *mat.Dense) []float64 {
		rows, _ := x.Dims()
		out := make([]float64, rows)
		l.(Regressor).Predict(out, x)
		return out
	})
}

// Predict writes the weighted mean of the members' predictions.
func (b *BlendRegressor) Predict(dst []float64, x *mat.Dense) {
	clear(dst)
	one := make([]float64, len(dst))
	for j, e := range b.Estimators {
		if b.Weights[j] > 0 {
			e.Learner.(Regressor).Predict(one, x)
			floats.AddScaled(dst, b.Weights[j], one)
		}
	}
}

// Attribution adds up the members'.
func (b *BlendRegressor) Attribution(means []float64) (explain.Attribution, error) {
	return b.attribution(means, explain.TargetScale)
}

// BlendClassifier blends estimators of class probabilities.
type BlendClassifier struct {
	Blend `yaml:",inline"`
}

// Validate checks the members.
func (b *BlendClassifier) Validate() error {
	return b.validate(func(l Learner) bool { _, ok := l.(Classifier); return ok }, "classes")
}

// Fit learns members and weights.
func (b *BlendClassifier) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
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
func (b *BlendClassifier) PredictProba(dst *mat.Dense, x *mat.Dense) {
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

// Attribution adds up the members'.
func (b *BlendClassifier) Attribution(means []float64) (explain.Attribution, error) {
	return b.attribution(means, explain.ProbabilityScale)
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
