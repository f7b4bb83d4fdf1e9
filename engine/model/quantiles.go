package model

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/estimator"
)

// Quantiles are regressions of the two ends of an interval.
type Quantiles struct {
	Low  estimator.Estimator `json:"low"`
	High estimator.Estimator `json:"high"`
}

// newQuantiles returns gradient boosting for the quantiles that leave out as
// many rows on either side.
func newQuantiles(level float64) *Quantiles {
	of := func(q float64) estimator.Estimator {
		b := estimator.NewBoostingRegressor()
		b.Loss, b.Quantile = "quantile", q
		return estimator.Estimator{Kind: "gradient_boosting_regressor", Learner: b}
	}
	return &Quantiles{Low: of((1 - level) / 2), High: of((1 + level) / 2)}
}

// bounds returns the ends in the unit of the target.
func (q *Quantiles) bounds(m *Model, x *mat.Dense) (low, high []float64) {
	low, high = m.regress(q.Low, x), m.regress(q.High, x)
	for i := range low { // two regressions can cross
		low[i], high[i] = min(low[i], high[i]), max(low[i], high[i])
	}
	return low, high
}

// regress returns a regressor's predictions in the unit of the target.
func (m *Model) regress(e estimator.Estimator, x *mat.Dense) []float64 {
	rows, _ := x.Dims()
	values := make([]float64, rows)
	e.Learner.(estimator.Regressor).Predict(values, x)
	m.Target.invert(values)
	return values
}

// fit learns both from the estimator's inputs and its target.
func (q *Quantiles) fit(ctx context.Context, x *mat.Dense, y []float64, stream func(task string) *rand.Rand) error {
	if err := q.Low.Fit(ctx, x, y, nil, stream("lower quantile")); err != nil {
		return fmt.Errorf("fitting the lower quantile: %w", err)
	}
	if err := q.High.Fit(ctx, x, y, nil, stream("upper quantile")); err != nil {
		return fmt.Errorf("fitting the upper quantile: %w", err)
	}
	return nil
}
