package forest

import (
	"context"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Regressor is a random forest (Breiman 2001): the mean of trees that
// each see their own draw of rows, and at each node their own draw of columns.
// It splits to lower the squared error, exactly.
//
// A missing value is NaN; it goes to the side where it lowers the error more,
// and where training had none, to the one with more rows. Infinities are
// numbers.
type Regressor struct {
	Settings `yaml:",inline"`
	// CategoricalFeatures are the columns of codes 0, 1, 2…, split by the best
	// of all subsets.
	CategoricalFeatures []int `yaml:"categorical_features" json:"categorical_features,omitempty" validate:"dive,gte=0"`

	Fitted   `yaml:"-"`
	OutOfBag `yaml:"-"`
}

// NewRegressor returns scikit-learn's defaults.
func NewRegressor() *Regressor {
	f := &Regressor{Settings: defaults()}
	f.Bootstrap = true
	return f
}

// Fit learns from the rows of x. w has a weight of at least 0 for each row; if
// w is nil, all weights are 1. The result is the same bits at any GOMAXPROCS.
func (f *Regressor) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) (err error) {
	g := growing{x: x, y: y, criterion: squaredError, categorical: f.CategoricalFeatures}
	f.OutOfBag, err = f.fit(ctx, &f.Settings, g, w, rng)
	return err
}

// Predict writes the prediction for each row of x to dst. A row gets the same
// bits alone as in any batch; one row needs no allocation.
func (f *Regressor) Predict(dst []float64, x *mat.Dense) { f.predict(dst, x) }

// ExtraRegressor is a forest of extremely randomized trees (Geurts, Ernst
// and Wehenkel 2006), which draw one threshold at random for each column, and
// keep the best. Each tree sees all rows unless Bootstrap is set. Category
// codes are taken as numbers, and the side of NaN is drawn, too.
type ExtraRegressor struct {
	Settings `yaml:",inline"`

	Fitted   `yaml:"-"`
	OutOfBag `yaml:"-"`
}

// NewExtraRegressor returns scikit-learn's defaults.
func NewExtraRegressor() *ExtraRegressor {
	return &ExtraRegressor{Settings: defaults()}
}

// Fit learns as that of Regressor does.
func (f *ExtraRegressor) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) (err error) {
	g := growing{x: x, y: y, criterion: squaredError, random: true}
	f.OutOfBag, err = f.fit(ctx, &f.Settings, g, w, rng)
	return err
}

// Predict writes the prediction for each row of x to dst. A row gets the same
// bits alone as in any batch; one row needs no allocation.
func (f *ExtraRegressor) Predict(dst []float64, x *mat.Dense) { f.predict(dst, x) }
