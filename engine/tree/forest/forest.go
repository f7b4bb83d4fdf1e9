// Package forest grows trees by exact splits, after scikit-learn: random forests, extra
// trees, and single decision trees that can be pruned and printed; each as a regressor
// and as a classifier.
//
// It takes numbers and gives numbers. A missing value is NaN; a categorical feature
// holds codes 0, 1, 2…. The same data, settings and random numbers give the same
// bits at any GOMAXPROCS.
package forest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/explain"
	"example.com/engine/tree"
	"example.com/engine/tree/shap"
)

// GrowthSettings are how trees grow, in forests and alone. Names and meanings
// are scikit-learn's.
type GrowthSettings struct {
	// MaxDepth is the most splits above a leaf; 0 is no limit.
	MaxDepth int `yaml:"max_depth" json:"max_depth" validate:"gte=0"`
	// MinSamplesSplit and MinSamplesLeaf count rows once, whatever they weigh
	// and however often they were drawn.
	MinSamplesSplit int `yaml:"min_samples_split" json:"min_samples_split" validate:"gte=2"`
	MinSamplesLeaf  int `yaml:"min_samples_leaf" json:"min_samples_leaf" validate:"gte=1"`
	// MaxFeatures is how many columns a node draws.
	MaxFeatures MaxFeatures `yaml:"max_features" json:"max_features"`
	// MaxLeafNodes, if not 0, makes a tree grow where its impurity falls most,
	// up to that many leaves.
	MaxLeafNodes int `yaml:"max_leaf_nodes" json:"max_leaf_nodes" validate:"gte=0,ne=1"`
	// MinImpurityDecrease is what a split must lower the impurity of the whole
	// tree by, in which a node counts by its share of the weight.
	MinImpurityDecrease float64 `yaml:"min_impurity_decrease" json:"min_impurity_decrease" validate:"gte=0"`
}

// Settings are how many trees a forest has, and which rows each sees.
type Settings struct {
	NEstimators    int `yaml:"n_estimators" json:"n_estimators" validate:"gte=1"`
	GrowthSettings `yaml:",inline"`
	// Bootstrap draws as many rows for a tree as there are, with replacement
	// and with chances by weight. Without it a tree sees all rows and weights.
	Bootstrap bool `yaml:"bootstrap" json:"bootstrap"`
	// MaxSamples is the share of the number of rows that Bootstrap draws.
	MaxSamples float64 `yaml:"max_samples" json:"max_samples" validate:"gt=0,lte=1"`
	// OOBScore asks for OutOfBag.
	OOBScore bool `yaml:"oob_score" json:"oob_score"`
}

// defaults returns scikit-learn's defaults for a regression.
func defaults() Settings {
	return Settings{NEstimators: 100, GrowthSettings: defaultGrowth(), MaxSamples: 1}
}

func defaultGrowth() GrowthSettings {
	return GrowthSettings{MinSamplesSplit: 2, MinSamplesLeaf: 1, MaxFeatures: "all"}
}

// Fitted is what a forest learns: trees of which it predicts the mean.
type Fitted struct {
	Features int            `json:"features"` // columns of x
	Trees    *tree.Ensemble `json:"trees"`
}

// Arrays names the slices that hold the trees, as pointers, for saving and for
// loading. Call Check after loading.
func (a *Fitted) Arrays() map[string]any {
	if a.Trees == nil {
		a.Trees = tree.NewEnsemble(1, 1)
	}
	return a.Trees.Arrays()
}

// Check returns an error if loaded trees are damaged.
func (a *Fitted) Check() error {
	if a.Trees == nil || a.Trees.LeafSize != a.Trees.Outputs || len(a.Trees.Roots) == 0 {
		return errors.New("forest: a forest without trees, or with leaves that lack outputs")
	}
	return a.Trees.Check(a.Features)
}

// predict writes the mean of the trees, Outputs numbers a row.
func (a *Fitted) predict(dst []float64, x *mat.Dense) {
	if a.Trees == nil {
		panic("forest: predict before fit")
	}
	if _, p := x.Dims(); p != a.Features {
		panic(fmt.Sprintf("forest: x has %d columns, want %d", p, a.Features))
	}
	clear(dst)
	a.Trees.Add(dst, x)
	trees := float64(a.Trees.Trees())
	for i := range dst {
		dst[i] /= trees
	}
}

// predictProba is predict for a matrix of n × classes.
func (a *Fitted) predictProba(dst, x *mat.Dense, classes int) {
	n, _ := x.Dims()
	tree.Fill(dst, n, classes, func(rows []float64) { a.predict(rows, x) })
}

// fit grows the trees.
func (a *Fitted) fit(ctx context.Context, s *Settings, g growing, w []float64, rng *rand.Rand) (OutOfBag, error) {
	if err := s.check(); err != nil {
		return OutOfBag{}, err
	}
	set, err := g.set(&s.GrowthSettings, w)
	if err != nil {
		return OutOfBag{}, err
	}
	b := newBagger(set, s, rng)
	_, a.Features = g.x.Dims()
	if a.Trees, err = b.grow(ctx); err != nil || !s.OOBScore {
		return OutOfBag{}, err
	}
	return b.outOfBag(ctx, a.Trees)
}

func (s *Settings) check() error {
	switch {
	case s.NEstimators < 1:
		return fmt.Errorf("forest: n_estimators: %d is less than 1", s.NEstimators)
	case s.Bootstrap && !(s.MaxSamples > 0 && s.MaxSamples <= 1):
		return fmt.Errorf("forest: max_samples: %v is not above 0 and up to 1", s.MaxSamples)
	case s.OOBScore && !s.Bootstrap:
		return errors.New("forest: oob_score: every tree sees all rows; set bootstrap: true")
	}
	return nil
}

// growing is what trees are to learn.
type growing struct {
	x           *mat.Dense
	y           []float64
	criterion   string
	classes     int // 0 for a regression
	categorical []int
	random      bool // thresholds at random
	impurity    bool // keep the impurity of nodes
}

// set checks the settings and encodes the rows.
func (g *growing) set(s *GrowthSettings, w []float64) (*trainingSet, error) {
	n, p := g.x.Dims()
	if len(g.y) != n || w != nil && len(w) != n {
		panic("forest: slice length mismatch")
	}
	switch {
	case n == 0 || p == 0 || n > math.MaxInt32:
		return nil, fmt.Errorf("forest: x is %d × %d; want 1 to %d rows, and columns", n, p, math.MaxInt32)
	case s.MinSamplesSplit < 2:
		return nil, fmt.Errorf("forest: min_samples_split: %d is less than 2", s.MinSamplesSplit)
	case s.MinSamplesLeaf < 1:
		return nil, fmt.Errorf("forest: min_samples_leaf: %d is less than 1", s.MinSamplesLeaf)
	case s.MaxDepth < 0 || s.MaxLeafNodes < 0 || !(s.MinImpurityDecrease >= 0):
		return nil, errors.New("forest: max_depth, max_leaf_nodes and min_impurity_decrease must be at least 0")
	}
	drawn, err := s.MaxFeatures.Of(p)
	if err != nil {
		return nil, fmt.Errorf("forest: %w", err)
	}
	return newTrainingSet(rules{
		criterion: g.criterion, classes: g.classes, maxFeatures: drawn,
		maxDepth: s.MaxDepth, minSplit: s.MinSamplesSplit, minLeaf: s.MinSamplesLeaf,
		maxLeaves: s.MaxLeafNodes, minImpurityDecrease: s.MinImpurityDecrease,
		random: g.random, keepImpurity: g.impurity,
	}, g.x, g.y, w, g.categorical)
}

// Explainer explains the mean that the forest predicts. It takes a pass over
// the trees: make it once.
func (a *Fitted) Explainer() *shap.Explainer {
	if a.Trees == nil {
		panic("forest: explain before fit")
	}
	return shap.New(a.Trees, a.Features, 1/float64(a.Trees.Trees()), make([]float64, a.Trees.Outputs))
}

// Averaged returns the forest itself, from whatever it is part of.
func (a *Fitted) Averaged() *Fitted { return a }

// Attribution divides the mean of numbers, or the probability of each class, by
// TreeSHAP.
func (a *Fitted) Attribution([]float64) (explain.Attribution, error) {
	scale := explain.TargetScale
	if a.Trees != nil && a.Trees.LeafSize > 1 {
		scale = explain.ProbabilityScale
	}
	return explain.Attribution{Attributor: a.Explainer(), Scale: scale}, nil
}
