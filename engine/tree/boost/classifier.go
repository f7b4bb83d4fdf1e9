package boost

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/explain"
	"example.com/engine/tree"
)

// Classifier is gradient boosting on histograms for classes by log
// loss, after LightGBM and scikit-learn's HistGradientBoostingClassifier: one
// tree a round for two classes, otherwise one a class. Missing values are
// treated as in Regressor.
type Classifier struct {
	Settings `yaml:",inline"`

	// Classes is the number of classes. If it is 0, Fit takes one more than
	// the largest code, and at least 2. Set it where training rows might lack
	// the last classes.
	Classes int `yaml:"-" json:"classes"`
	Fitted  `yaml:"-"`
}

// NewClassifier returns scikit-learn's defaults.
func NewClassifier() *Classifier {
	return &Classifier{Settings: Defaults()}
}

// Fit learns from the rows of x and their class codes y = 0, 1, 2…. w has a
// weight of at least 0 for each row; if w is nil, all weights are 1. The
// result is the same bits at any GOMAXPROCS and, unless a setting draws rows,
// in any order of the rows.
func (b *Classifier) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	most := maxCategories
	if b.Classes > 0 {
		most = b.Classes
	}
	err := checkTarget(y, fmt.Sprintf("a class code below %d", most), func(v float64) bool {
		return v >= 0 && v < float64(most) && v == float64(int(v))
	})
	if err != nil {
		return err
	}
	if b.Classes == 0 {
		b.Classes = 2
		for _, v := range y {
			b.Classes = max(b.Classes, int(v)+1)
		}
	}
	var l loss = multinomialLoss{b.Classes}
	if b.Classes == 2 {
		l = logisticLoss{}
	}
	return b.fit(ctx, &b.Settings, l, b.Classes, x, y, w, rng)
}

// PredictProba writes the probability of each class for each row of x to dst,
// n × Classes. A row gets the same bits alone as in any batch; one row needs
// no allocation.
func (b *Classifier) PredictProba(dst *mat.Dense, x *mat.Dense) {
	n, _ := x.Dims()
	tree.Fill(dst, n, b.Classes, func(rows []float64) { b.probabilities(rows, x) })
}

// probabilities writes Classes numbers a row.
func (b *Classifier) probabilities(dst []float64, x *mat.Dense) {
	n, _ := x.Dims()
	if b.Classes > 2 {
		b.raw(dst, x)
		for i := range n {
			row := dst[i*b.Classes : (i+1)*b.Classes]
			softmax(row, row)
		}
		return
	}
	// The log-odds take the second half of dst, and row i overwrites only
	// those of row i and before.
	odds := dst[n:]
	b.raw(odds, x)
	for i, r := range odds {
		dst[2*i], dst[2*i+1] = sigmoid(-r), sigmoid(r)
	}
}

// Attribution divides the logarithm of the odds of the second class of two, or
// each class's score, by TreeSHAP.
func (b *Classifier) Attribution([]float64) (explain.Attribution, error) {
	if b.Classes == 2 {
		return explain.Attribution{Attributor: b.Explainer(), Scale: explain.LogOddsScale, Codes: []int{1}}, nil
	}
	return explain.Attribution{Attributor: b.Explainer(), Scale: explain.ScoreScale}, nil
}
