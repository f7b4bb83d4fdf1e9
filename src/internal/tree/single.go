package tree

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// DecisionTree is one tree that sees all rows (Breiman et al. 1984), after
// scikit-learn's. Text prints it as rules.
//
// NaN and category codes are treated as in Forest. Ties between splits go to
// the first column and then to the lowest threshold, unless MaxFeatures draws
// the columns.
type DecisionTree struct {
	Growth `yaml:",inline"`
	// CCPAlpha is the price of a leaf: the tree is cut back to the smallest
	// subtree whose weighted impurity plus price is lowest. 0 cuts nothing.
	CCPAlpha float64 `yaml:"ccp_alpha" json:"ccp_alpha" validate:"gte=0"`
	// CategoricalFeatures is as for Forest.
	CategoricalFeatures []int `yaml:"categorical_features" json:"categorical_features" validate:"dive,gte=0"`

	Mean `yaml:"-"`
}

// NewDecisionTree returns a regression with scikit-learn's defaults.
func NewDecisionTree() *DecisionTree { return &DecisionTree{Growth: regressionGrowth()} }

// NewDecisionTreeClassifier returns a classification with scikit-learn's
// defaults.
func NewDecisionTreeClassifier() *DecisionTree {
	t := NewDecisionTree()
	t.Criterion = Gini
	return t
}

// Fit learns from x (n × p; NaN is missing), y (n; class codes 0, 1, … for a
// classification) and weights w (n, at least 0; nil is all ones). rng draws
// columns where MaxFeatures is fewer than all.
func (t *DecisionTree) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	grown, err := t.grow(ctx, x, y, w, rng, t.CCPAlpha > 0)
	if err != nil {
		return err
	}
	var cut []bool
	if t.CCPAlpha > 0 {
		cut = newPruner(grown).upTo(t.CCPAlpha)
	}
	t.Ensemble = *NewEnsemble(grown.size, grown.size)
	t.Append(grown.tree(cut))
	return nil
}

func (t *DecisionTree) grow(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand, impurity bool) (*exactGrowth, error) {
	_, features := x.Dims()
	rules, err := t.rules(features, y, &t.Classes)
	if err != nil {
		return nil, err
	}
	if !(t.CCPAlpha >= 0) {
		return nil, fmt.Errorf("ccp_alpha: %v is less than 0", t.CCPAlpha)
	}
	t.Features = features
	rules.keepImpurity = impurity
	s, err := newExactSet(rules, x, y, w, t.CategoricalFeatures)
	if err != nil {
		return nil, err
	}
	seed := uint64(0)
	if rules.maxFeatures < features {
		seed = rng.Uint64()
	}
	grown := (<-newExactPool(s).free).growTree(ctx, s.level(s.w), seed)
	return grown, ctx.Err()
}

// PruningPath returns the prices at which the tree of these rows loses leaves,
// rising from 0, and the weighted impurity of the leaves that are left at
// each: scikit-learn's cost_complexity_pruning_path. It changes no learned
// state but Classes.
func (t *DecisionTree) PruningPath(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) (alphas, impurities []float64, err error) {
	grown, err := t.grow(ctx, x, y, w, rng, true)
	if err != nil {
		return nil, nil, err
	}
	alphas, impurities = newPruner(grown).path()
	return alphas, impurities, nil
}
