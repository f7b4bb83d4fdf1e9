package tree

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Growth is how trees grow, in forests and alone. Names and meanings are
// scikit-learn's; a limit of 0 is none.
type Growth struct {
	// Criterion is squared_error for a regression, gini or entropy for a
	// classification.
	Criterion string `yaml:"criterion" json:"criterion" validate:"oneof=squared_error gini entropy"`
	MaxDepth  int    `yaml:"max_depth" json:"max_depth" validate:"gte=0"`

	// Rows are counted once, whatever they weigh and however often drawn.
	MinSamplesSplit int `yaml:"min_samples_split" json:"min_samples_split" validate:"gte=2"`
	MinSamplesLeaf  int `yaml:"min_samples_leaf" json:"min_samples_leaf" validate:"gte=1"`

	MaxFeatures MaxFeatures `yaml:"max_features" json:"max_features"`
	// MaxLeafNodes, if set, makes a tree grow where its impurity falls most.
	MaxLeafNodes int `yaml:"max_leaf_nodes" json:"max_leaf_nodes" validate:"eq=0|gte=2"`
	// MinImpurityDecrease is what a split must lower the impurity of the whole
	// tree by, a node counting by its share of the weight.
	MinImpurityDecrease float64 `yaml:"min_impurity_decrease" json:"min_impurity_decrease" validate:"gte=0"`
}

// Bagging is how many trees there are, and which rows each sees.
type Bagging struct {
	NEstimators int `yaml:"n_estimators" json:"n_estimators" validate:"gte=1"`
	// Bootstrap draws as many rows for a tree as there are, with replacement
	// and with chances by weight. Without it a tree sees all rows and weights.
	Bootstrap bool `yaml:"bootstrap" json:"bootstrap"`
	// MaxSamples is the share of the number of rows that Bootstrap draws.
	MaxSamples float64 `yaml:"max_samples" json:"max_samples" validate:"gt=0,lte=1"`
	// OOBScore asks for a score on the rows that trees did not see.
	OOBScore bool `yaml:"oob_score" json:"oob_score"`
}

// Forest is a random forest (Breiman 2001): the mean of trees that each see
// their own draw of rows, and at each node their own draw of features.
//
// NaN goes to the side where it lowers the impurity more; where a node had
// none in training, to the side with more rows.
type Forest struct {
	Growth  `yaml:",inline"`
	Bagging `yaml:",inline"`
	// CategoricalFeatures are columns of codes 0, 1, 2…, split by the best of
	// all subsets for a regression and two classes. For more classes the codes
	// are taken as numbers.
	CategoricalFeatures []int `yaml:"categorical_features" json:"categorical_features" validate:"dive,gte=0"`

	Mean     `yaml:"-"`
	OutOfBag `yaml:"-"`
}

// NewForest returns a regression with scikit-learn's defaults.
func NewForest() *Forest {
	return &Forest{Growth: regressionGrowth(), Bagging: Bagging{NEstimators: 100, Bootstrap: true, MaxSamples: 1}}
}

// NewForestClassifier returns a classification with scikit-learn's defaults.
func NewForestClassifier() *Forest {
	f := NewForest()
	f.Criterion, f.MaxFeatures = Gini, "sqrt"
	return f
}

// ExtraTrees are extremely randomized trees (Geurts, Ernst and Wehenkel 2006):
// a forest that draws a threshold for each feature at random, and keeps the
// best of these. It sees all rows unless Bootstrap is set. Category codes are
// taken as numbers, and where a node has NaN, its side is drawn too.
type ExtraTrees struct {
	Growth  `yaml:",inline"`
	Bagging `yaml:",inline"`

	Mean     `yaml:"-"`
	OutOfBag `yaml:"-"`
}

// NewExtraTrees returns a regression with scikit-learn's defaults.
func NewExtraTrees() *ExtraTrees {
	return &ExtraTrees{Growth: regressionGrowth(), Bagging: Bagging{NEstimators: 100, MaxSamples: 1}}
}

// NewExtraTreesClassifier returns a classification with scikit-learn's
// defaults.
func NewExtraTreesClassifier() *ExtraTrees {
	f := NewExtraTrees()
	f.Criterion, f.MaxFeatures = Gini, "sqrt"
	return f
}

func regressionGrowth() Growth {
	return Growth{Criterion: SquaredError, MinSamplesSplit: 2, MinSamplesLeaf: 1, MaxFeatures: "all"}
}

// Fit learns from x (n × p; NaN is missing), y (n; class codes 0, 1, … for a
// classification) and weights w (n, at least 0; nil is all ones). The result
// depends on nothing but these, the settings and the state of rng.
func (f *Forest) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	return fitForest(ctx, &f.Growth, &f.Bagging, f.CategoricalFeatures, false, &f.Mean, &f.OutOfBag, x, y, w, rng)
}

// Fit learns as Forest.Fit does.
func (f *ExtraTrees) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	return fitForest(ctx, &f.Growth, &f.Bagging, nil, true, &f.Mean, &f.OutOfBag, x, y, w, rng)
}

func fitForest(ctx context.Context, growth *Growth, bag *Bagging, categorical []int, random bool,
	mean *Mean, oob *OutOfBag, x *mat.Dense, y, w []float64, rng *rand.Rand,
) error {
	if err := bag.check(); err != nil {
		return err
	}
	_, features := x.Dims()
	rules, err := growth.rules(features, y, &mean.Classes)
	if err != nil {
		return err
	}
	rules.random = random
	s, err := newExactSet(rules, x, y, w, categorical)
	if err != nil {
		return err
	}
	b := newBagger(s, bag, rng)
	mean.Features = features
	if mean.Ensemble, err = b.grow(ctx); err != nil || !bag.OOBScore {
		return err
	}
	*oob, err = b.outOfBag(ctx, &mean.Ensemble)
	return err
}

func (b *Bagging) check() error {
	switch {
	case b.NEstimators < 1:
		return fmt.Errorf("n_estimators: %d is less than 1", b.NEstimators)
	case !(b.MaxSamples > 0 && b.MaxSamples <= 1):
		return fmt.Errorf("max_samples: %v is not above 0 and up to 1", b.MaxSamples)
	case b.OOBScore && !b.Bootstrap:
		return errors.New("oob_score: without bootstrap every tree sees all rows; set bootstrap: true")
	}
	return nil
}

// rules checks the settings. classes is kept if it is set, so that a part of
// the rows without the last class still has its column, and else counted.
func (g *Growth) rules(features int, y []float64, classes *int) (exactRules, error) {
	r := exactRules{
		criterion: g.Criterion, maxDepth: g.MaxDepth, minSplit: g.MinSamplesSplit, minLeaf: g.MinSamplesLeaf,
		maxLeaves: g.MaxLeafNodes, minImpurityDecrease: g.MinImpurityDecrease,
	}
	switch {
	case len(y) == 0:
		return r, errors.New("no rows to learn from")
	case features == 0:
		return r, errors.New("no columns to learn from")
	case g.Criterion != SquaredError && g.Criterion != Gini && g.Criterion != Entropy:
		return r, fmt.Errorf("criterion: %q is not %s, %s or %s", g.Criterion, SquaredError, Gini, Entropy)
	case g.MinSamplesSplit < 2:
		return r, fmt.Errorf("min_samples_split: %d is less than 2", g.MinSamplesSplit)
	case g.MinSamplesLeaf < 1:
		return r, fmt.Errorf("min_samples_leaf: %d is less than 1", g.MinSamplesLeaf)
	case g.MaxDepth < 0 || g.MaxLeafNodes < 0 || !(g.MinImpurityDecrease >= 0):
		return r, errors.New("max_depth, max_leaf_nodes and min_impurity_decrease must be at least 0")
	}
	if g.Criterion == SquaredError {
		*classes = 0
	} else if *classes == 0 {
		*classes = countClasses(y)
	}
	r.classes = *classes
	var err error
	r.maxFeatures, err = g.MaxFeatures.Of(features)
	return r, err
}

// countClasses returns one more than the highest class code, and at least 2.
func countClasses(y []float64) int {
	high := 1.0
	for _, v := range y {
		if v > high && v < maxCode {
			high = v
		}
	}
	return int(high) + 1
}
