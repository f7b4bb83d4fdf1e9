package forest

import (
	"context"
	"fmt"
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

// ClassSettings are what trees of classes have besides.
type ClassSettings struct {
	// Criterion is the impurity that splits lower, gini or entropy.
	Criterion string `yaml:"criterion" json:"criterion" validate:"oneof=gini entropy"`
	// Classes is the number of classes. If it is 0, Fit takes one more than
	// the largest code, and at least 2. Set it where training rows might lack
	// the last classes.
	Classes int `yaml:"-" json:"classes"`
}

// take checks criterion and codes and counts the classes.
func (c *ClassSettings) take(y []float64) error {
	if c.Criterion != gini && c.Criterion != entropy {
		return fmt.Errorf("forest: criterion: there is no %q", c.Criterion)
	}
	most := maxCode
	if c.Classes > 0 {
		most = c.Classes
	}
	high := 1
	for i, v := range y {
		if !(v >= 0 && v < float64(most)) || v != float64(int(v)) {
			return fmt.Errorf("forest: row %d: target %v is not a class code below %d", i, v, most)
		}
		high = max(high, int(v))
	}
	if c.Classes == 0 {
		c.Classes = high + 1
	}
	return nil
}

// Classifier is Regressor for classes: it predicts the mean of the
// shares of classes in the leaves that a row reaches.
type Classifier struct {
	ClassSettings `yaml:",inline"`
	Settings      `yaml:",inline"`
	// CategoricalFeatures are the columns of codes 0, 1, 2…, split by the best
	// of all subsets if there are two classes, and else taken as numbers.
	CategoricalFeatures []int `yaml:"categorical_features" json:"categorical_features,omitempty" validate:"dive,gte=0"`

	Fitted   `yaml:"-"`
	OutOfBag `yaml:"-"`
}

// NewClassifier returns scikit-learn's defaults.
func NewClassifier() *Classifier {
	f := &Classifier{ClassSettings: ClassSettings{Criterion: gini}, Settings: defaults()}
	f.Bootstrap, f.MaxFeatures = true, "sqrt"
	return f
}

// Fit learns from the rows of x and their class codes y = 0, 1, 2…. w has a
// weight of at least 0 for each row; if w is nil, all weights are 1. The result
// is the same bits at any GOMAXPROCS.
func (f *Classifier) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) (err error) {
	if err := f.take(y); err != nil {
		return err
	}
	g := growing{x: x, y: y, criterion: f.Criterion, classes: f.Classes, categorical: f.CategoricalFeatures}
	f.OutOfBag, err = f.fit(ctx, &f.Settings, g, w, rng)
	return err
}

// PredictProba writes the probability of each class for each row of x to dst,
// n × Classes. A row gets the same bits alone as in any batch; one row needs
// no allocation.
func (f *Classifier) PredictProba(dst, x *mat.Dense) { f.predictProba(dst, x, f.Classes) }

// ExtraClassifier is ExtraRegressor for classes.
type ExtraClassifier struct {
	ClassSettings `yaml:",inline"`
	Settings      `yaml:",inline"`

	Fitted   `yaml:"-"`
	OutOfBag `yaml:"-"`
}

// NewExtraClassifier returns scikit-learn's defaults.
func NewExtraClassifier() *ExtraClassifier {
	f := &ExtraClassifier{ClassSettings: ClassSettings{Criterion: gini}, Settings: defaults()}
	f.MaxFeatures = "sqrt"
	return f
}

// Fit learns as that of Classifier does.
func (f *ExtraClassifier) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) (err error) {
	if err := f.take(y); err != nil {
		return err
	}
	g := growing{x: x, y: y, criterion: f.Criterion, classes: f.Classes, random: true}
	f.OutOfBag, err = f.fit(ctx, &f.Settings, g, w, rng)
	return err
}

// PredictProba writes the probability of each class for each row of x to dst,
// n × Classes. A row gets the same bits alone as in any batch; one row needs
// no allocation.
func (f *ExtraClassifier) PredictProba(dst, x *mat.Dense) { f.predictProba(dst, x, f.Classes) }
