package tree

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// SingleSettings are those of a tree that stands alone.
type SingleSettings struct {
	GrowthSettings `yaml:",inline"`
	// CCPAlpha is the price of a leaf: the tree is cut back to the smallest
	// subtree whose impurity plus the price of its leaves is lowest, a node
	// counting by its share of the weight. 0 cuts nothing.
	CCPAlpha float64 `yaml:"ccp_alpha" json:"ccp_alpha" validate:"gte=0"`
	// CategoricalFeatures are the columns of codes 0, 1, 2…, split by the best
	// of all subsets; for more than two classes they are taken as numbers.
	CategoricalFeatures []int `yaml:"categorical_features" json:"categorical_features,omitempty" validate:"dive,gte=0"`
}

// DecisionTreeRegressor is one tree (Breiman et al. 1984), after scikit-learn's
// DecisionTreeRegressor. NaN is treated as in ForestRegressor. Of equal splits,
// the first column wins and then the lowest threshold, unless MaxFeatures draws
// the columns.
type DecisionTreeRegressor struct {
	SingleSettings `yaml:",inline"`

	Averaged `yaml:"-"`
}

// NewDecisionTreeRegressor returns scikit-learn's defaults.
func NewDecisionTreeRegressor() *DecisionTreeRegressor {
	return &DecisionTreeRegressor{SingleSettings: SingleSettings{GrowthSettings: defaultGrowth()}}
}

// Fit learns from the rows of x. w has a weight of at least 0 for each row; if
// w is nil, all weights are 1. rng draws columns where MaxFeatures is fewer
// than all, and may else be nil. The result is the same bits at any GOMAXPROCS.
func (t *DecisionTreeRegressor) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	return t.fitSingle(ctx, &t.SingleSettings, growing{x: x, y: y, criterion: squaredError}, w, rng)
}

// Predict writes the prediction for each row of x to dst. A row gets the same
// bits alone as in any batch; one row needs no allocation.
func (t *DecisionTreeRegressor) Predict(dst []float64, x *mat.Dense) { t.predict(dst, x) }

// PruningPath returns the values of CCPAlpha at which the tree of these rows
// loses leaves, rising from 0, and the impurity of the leaves that are left at
// each: scikit-learn's cost_complexity_pruning_path.
func (t *DecisionTreeRegressor) PruningPath(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) (alphas, impurities []float64, err error) {
	return t.path(ctx, growing{x: x, y: y, criterion: squaredError}, w, rng)
}

// Text prints the tree as rules.
func (t *DecisionTreeRegressor) Text(r Rules) string { return t.Trees.text(r) }

// DecisionTreeClassifier is DecisionTreeRegressor for classes: it predicts the
// shares of classes in a leaf.
type DecisionTreeClassifier struct {
	ClassSettings  `yaml:",inline"`
	SingleSettings `yaml:",inline"`

	Averaged `yaml:"-"`
}

// NewDecisionTreeClassifier returns scikit-learn's defaults.
func NewDecisionTreeClassifier() *DecisionTreeClassifier {
	return &DecisionTreeClassifier{ClassSettings{Criterion: gini}, SingleSettings{GrowthSettings: defaultGrowth()}, Averaged{}}
}

// Fit learns from the rows of x and their class codes y = 0, 1, 2…. For w and
// rng see the Fit of DecisionTreeRegressor.
func (t *DecisionTreeClassifier) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	if err := t.take(y); err != nil {
		return err
	}
	g := growing{x: x, y: y, criterion: t.Criterion, classes: t.Classes}
	return t.fitSingle(ctx, &t.SingleSettings, g, w, rng)
}

// PredictProba writes the probability of each class for each row of x to dst,
// n × Classes. A row gets the same bits alone as in any batch; one row needs
// no allocation.
func (t *DecisionTreeClassifier) PredictProba(dst, x *mat.Dense) { t.predictProba(dst, x, t.Classes) }

// PruningPath is that of DecisionTreeRegressor for classes.
func (t *DecisionTreeClassifier) PruningPath(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) (alphas, impurities []float64, err error) {
	c := t.ClassSettings
	if err := c.take(y); err != nil {
		return nil, nil, err
	}
	return t.path(ctx, growing{x: x, y: y, criterion: c.Criterion, classes: c.Classes}, w, rng)
}

// Text prints the tree as rules.
func (t *DecisionTreeClassifier) Text(r Rules) string { return t.Trees.text(r) }

func (a *Averaged) fitSingle(ctx context.Context, s *SingleSettings, g growing, w []float64, rng *rand.Rand) error {
	g.impurity = s.CCPAlpha > 0
	grown, err := s.grow(ctx, g, w, rng)
	if err != nil {
		return err
	}
	var cut []bool
	if s.CCPAlpha > 0 {
		cut = newPruner(grown).upTo(s.CCPAlpha)
	}
	_, a.Features = g.x.Dims()
	a.Trees = NewEnsemble(grown.size, grown.size)
	a.Trees.Append(grown.tree(cut))
	return nil
}

func (s *SingleSettings) path(ctx context.Context, g growing, w []float64, rng *rand.Rand) (alphas, impurities []float64, err error) {
	g.impurity = true
	grown, err := s.grow(ctx, g, w, rng)
	if err != nil {
		return nil, nil, err
	}
	alphas, impurities = newPruner(grown).path()
	return alphas, impurities, nil
}

func (s *SingleSettings) grow(ctx context.Context, g growing, w []float64, rng *rand.Rand) (*exactGrowth, error) {
	if !(s.CCPAlpha >= 0) {
		return nil, fmt.Errorf("tree: ccp_alpha: %v is less than 0", s.CCPAlpha)
	}
	g.categorical = s.CategoricalFeatures
	set, err := g.set(&s.GrowthSettings, w)
	if err != nil {
		return nil, err
	}
	seed := uint64(0)
	if set.maxFeatures < len(set.columns) {
		seed = rng.Uint64()
	}
	grown := (<-newExactPool(set).free).growTree(ctx, set.level(set.w), seed)
	return grown, ctx.Err()
}
