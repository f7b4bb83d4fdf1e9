package boost

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/explain"
)

// Regressor is gradient boosting on histograms for numbers, after
// LightGBM and scikit-learn's HistGradientBoostingRegressor.
//
// A missing value is NaN; each split learns the side it goes to, and where
// training had none, it goes where more rows went. Infinities are numbers.
type Regressor struct {
	// Loss is squared_error, absolute_error (the median), huber, quantile, or
	// poisson: targets of at least 0, predictions above 0, by a log link.
	Loss string `yaml:"loss" json:"loss" validate:"oneof=squared_error absolute_error huber quantile poisson"`
	// Quantile is the level that the quantile loss predicts.
	Quantile float64 `yaml:"quantile" json:"quantile" validate:"gt=0,lt=1"`
	// HuberQuantile is the share of errors that huber counts squared; larger
	// ones count linearly.
	HuberQuantile float64 `yaml:"huber_quantile" json:"huber_quantile" validate:"gt=0,lt=1"`
	Settings      `yaml:",inline"`

	Fitted `yaml:"-"`
}

// NewRegressor returns scikit-learn's defaults.
func NewRegressor() *Regressor {
	return &Regressor{Loss: "squared_error", Quantile: 0.5, HuberQuantile: 0.9, Settings: Defaults()}
}

// Fit learns from the rows of x. w has a weight of at least 0 for each row; if
// w is nil, all weights are 1. The result is the same bits at any GOMAXPROCS.
// It is the same bits in any order of the rows, too, unless a setting draws rows.
func (b *Regressor) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	l, err := b.loss()
	if err != nil {
		return err
	}
	want, ok := "a finite number", func(float64) bool { return true }
	if b.Loss == "poisson" {
		want, ok = "0 or more", func(v float64) bool { return v >= 0 }
	}
	if err := checkTarget(y, want, ok); err != nil {
		return err
	}
	return b.fit(ctx, &b.Settings, l, 0, x, y, w, rng)
}

func (b *Regressor) loss() (loss, error) {
	switch b.Loss {
	case "squared_error":
		return squaredLoss{}, nil
	case "absolute_error":
		return absoluteLoss{}, nil
	case "huber":
		return &huberLoss{level: b.HuberQuantile}, nil
	case "quantile":
		return quantileLoss{b.Quantile}, nil
	case "poisson":
		return poissonLoss{}, nil
	}
	return nil, fmt.Errorf("boost: loss: there is no %q", b.Loss)
}

// Predict writes the prediction for each row of x to dst. A row gets the same
// bits alone as in any batch; one row needs no allocation.
func (b *Regressor) Predict(dst []float64, x *mat.Dense) {
	if n, _ := x.Dims(); len(dst) != n {
		panic("boost: destination length mismatch")
	}
	b.raw(dst, x)
	if b.Loss == "poisson" {
		for i, v := range dst {
			dst[i] = math.Exp(v)
		}
	}
}

// Attribution divides the prediction, or its logarithm where the loss is
// poisson, by TreeSHAP.
func (b *Regressor) Attribution([]float64) (explain.Attribution, error) {
	scale := explain.TargetScale
	if b.Loss == "poisson" {
		scale = explain.LogScale
	}
	return explain.Attribution{Attributor: b.Explainer(), Scale: scale}, nil
}
