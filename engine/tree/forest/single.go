package forest

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree"
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

// TreeRegressor is one tree (Breiman et al. 1984), after scikit-learn's
// DecisionTreeRegressor. NaN is treated as in Regressor. Of equal splits,
// the first column wins and then the lowest threshold, unless MaxFeatures draws
// the columns.
type TreeRegressor struct {
	SingleSettings `yaml:",inline"`

	Fitted `yaml:"-"`
}

// NewTreeRegressor returns scikit-learn's defaults.
func NewTreeRegressor() *TreeRegressor {
	return &TreeRegressor{SingleSettings: SingleSettings{GrowthSettings: defaultGrowth()}}
}

// Fit learns from the rows of x. w has a weight of at least 0 for each row; if
// w is nil, all weights are 1. rng draws columns where MaxFeatures is fewer
// than all, and may else be nil. The result is the same bits at any GOMAXPROCS.
func (t *TreeRegressor) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	return t.fitSingle(ctx, &t.SingleSettings, growing{x: x, y: y, criterion: squaredError}, w, rng)
}

// Predict writes the prediction for each row of x to dst. A row gets the same
// bits alone as in any batch; one row needs no allocation.
func (t *TreeRegressor) Predict(dst []float64, x *mat.Dense) { t.predict(dst, x) }

// Text prints the tree as rules.
func (t *TreeRegressor) Text(r tree.Rules) string { return t.Trees.Text(r) }

// TreeClassifier is TreeRegressor for classes: it predicts the
// shares of classes in a leaf.
type TreeClassifier struct {
	ClassSettings  `yaml:",inline"`
	SingleSettings `yaml:",inline"`

	Fitted `yaml:"-"`
}

// NewTreeClassifier returns scikit-learn's defaults.
func NewTreeClassifier() *TreeClassifier {
	return &TreeClassifier{ClassSettings{Criterion: gini}, SingleSettings{GrowthSettings: defaultGrowth()}, Fitted{}}
}

// Fit learns from the rows of x and their class codes y = 0, 1, 2…. For w and
// rng see the Fit of TreeRegressor.
func (t *TreeClassifier) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	if err := t.take(y); err != nil {
		return err
	}
	g := growing{x: x, y: y, criterion: t.Criterion, classes: t.Classes}
	return t.fitSingle(ctx, &t.SingleSettings, g, w, rng)
}

// PredictProba writes the probability of each class for each row of x to dst,
// n × Classes. A row gets the same bits alone as in any batch; one row needs
// no allocation.
func (t *TreeClassifier) PredictProba(dst, x *mat.Dense) { t.predictProba(dst, x, t.Classes) }

// Text prints the tree as rules.
func (t *TreeClassifier) Text(r tree.Rules) string { return t.Trees.Text(r) }

func (a *Fitted) fitSingle(ctx context.Context, s *SingleSettings, g growing, w []float64, rng *rand.Rand) error {
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
	a.Trees = tree.NewEnsemble(grown.size, grown.size)
	a.Trees.Append(grown.tree(cut))
	return nil
}

func (s *SingleSettings) grow(ctx context.Context, g growing, w []float64, rng *rand.Rand) (*growth, error) {
	if !(s.CCPAlpha >= 0) {
		return nil, fmt.Errorf("forest: ccp_alpha: %v is less than 0", s.CCPAlpha)
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
	grown := (<-newPool(set).free).growTree(ctx, set.level(set.w), seed)
	return grown, ctx.Err()
}
