package linear

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/explain"
)

// Dummy predicts the same for every row: what a model has to beat. It follows
// scikit-learn's DummyRegressor and DummyClassifier.
type Dummy struct {
	// Strategy is mean or median for a regression, and for a classification
	// prior (the share of each class) or most_frequent (1 for the first of
	// the most frequent classes).
	Strategy string `yaml:"strategy" json:"strategy" validate:"oneof=mean median prior most_frequent"`

	Value float64   `yaml:"-" json:"value"`           // prediction of a regression
	Prior []float64 `yaml:"-" json:"prior,omitempty"` // probability of each class
}

// NewDummy returns the dummy for a regression, which predicts the mean.
func NewDummy() *Dummy { return &Dummy{Strategy: "mean"} }

// NewDummyClassifier returns the dummy for a classification, which predicts
// the shares of the classes.
func NewDummyClassifier() *Dummy { return &Dummy{Strategy: "prior"} }

// Fit learns from y and w alone; of x it reads the number of rows, and its
// cells may be NaN.
func (d *Dummy) Fit(_ context.Context, x *mat.Dense, y, w []float64, _ *rand.Rand) error {
	n, _ := x.Dims()
	s, err := newSample(mat.NewDense(max(n, 1), 1, nil), y, w)
	if err != nil {
		return err
	}
	d.Value, d.Prior = 0, nil
	switch d.Strategy {
	case "mean":
		d.Value = s.means(true).y
	case "median":
		d.Value = s.median()
	case "prior", "most_frequent":
		d.Prior, err = s.prior()
	default:
		err = fmt.Errorf("linear: dummy has no strategy %q", d.Strategy)
	}
	if err == nil && d.Strategy == "most_frequent" {
		top := slices.Index(d.Prior, slices.Max(d.Prior))
		clear(d.Prior)
		d.Prior[top] = 1
	}
	return err
}

// Predict writes the value for each row of x to dst.
func (d *Dummy) Predict(dst []float64, _ *mat.Dense) {
	for i := range dst {
		dst[i] = d.Value
	}
}

// PredictProba writes the probability of each class to each row of dst, which
// has a column for each class; columns of classes that Fit did not see are 0.
func (d *Dummy) PredictProba(dst *mat.Dense, _ *mat.Dense) {
	n, k := dst.Dims()
	if k < len(d.Prior) {
		panic("linear: fewer columns than classes")
	}
	for i := range n {
		row := dst.RawRowView(i)
		clear(row[copy(row, d.Prior):])
	}
}

// Attribution has no contributions.
func (d *Dummy) Attribution([]float64) (explain.Attribution, error) {
	if d.Prior == nil {
		return explain.Attribution{Attributor: explain.Constant{d.Value}, Scale: explain.TargetScale}, nil
	}
	return explain.Attribution{Attributor: explain.Constant(d.Prior), Scale: explain.ProbabilityScale}, nil
}

// median returns the target at which the running weight passes one half; where
// it meets one half exactly, the mean of that target and the next with weight.
//
// Note: scikit-learn's DummyRegressor takes no mean if there are weights, so
// that there a weight of 2 differs from a repeated row.
func (s sample) median() float64 {
	order := make([]int, 0, s.n)
	total := 0.0
	for i := range s.y {
		if w := s.weight(i); w > 0 {
			order = append(order, i)
			total += w
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(s.y[a], s.y[b]) })
	sum := 0.0
	for k, i := range order {
		sum += s.weight(i)
		if 2*sum == total && k+1 < len(order) {
			return s.y[i]/2 + s.y[order[k+1]]/2
		}
		if 2*sum >= total {
			return s.y[i]
		}
	}
	return s.y[order[len(order)-1]]
}

// maxClasses bounds the class codes, so that a number mistaken for a code
// gives an error and not a slice of that length.
const maxClasses = 1 << 16

// prior returns the share of each class, from 0 to the highest code.
func (s sample) prior() ([]float64, error) {
	var prior []float64
	total := 0.0
	for i, y := range s.y {
		code := int(min(max(y, -1), maxClasses))
		if float64(code) != y || code < 0 || code >= maxClasses {
			return nil, fmt.Errorf("linear: target of row %d is %v, not a class code 0, 1, 2…", i, y)
		}
		if code >= len(prior) {
			prior = append(prior, make([]float64, code+1-len(prior))...)
		}
		prior[code] += s.weight(i)
		total += s.weight(i)
	}
	for k := range prior {
		prior[k] /= total
	}
	return prior, nil
}
