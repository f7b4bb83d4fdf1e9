package forest

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/parallel"
	"example.com/engine/radix"
)

// Criteria of a split.
const (
	squaredError = "squared_error" // regression
	gini         = "gini"          // classification
	entropy      = "entropy"       // classification; log_loss in scikit-learn
)

// rules are the settings that growing a tree depends on.
type rules struct {
	criterion           string
	classes             int // 0 for a regression
	maxFeatures         int // features drawn at a node
	maxDepth            int // 0 is no limit
	minSplit, minLeaf   int // rows, whatever they weigh
	maxLeaves           int // 0 is no limit
	minImpurityDecrease float64
	random              bool // thresholds at random instead of the best ones
	keepImpurity        bool
}

// moment is what a sum over rows needs for a regression: Σ w·y and Σ w.
type moment struct{ wy, w float64 }

// trainingSet is a training set made ready for trees with exact splits. It is
// read by all trees at once.
type trainingSet struct {
	rules
	x           *mat.Dense
	target      []float64 // as given
	y           []float64 // target, shifted and scaled; class codes
	class       []uint16  // for a criterion over classes, else nil
	w           []float64 // weights, scaled; nil is all ones
	columns     []column
	categorical []bool
	even        bool // rows of trees all weigh 1

	// A target is shift + scale·y and a weight unit·w. Scales are powers of two
	// and the shift has few digits, so that targets of few digits stay exact;
	// sums of squares neither overflow nor cancel.
	shift, scale, unit float64
}

// byClass reports whether splits compare counts of classes. Two classes under
// Gini don't: their impurity is twice the variance of the class code.
func (s *trainingSet) byClass() bool {
	return s.criterion == entropy || s.criterion == gini && s.classes > 2
}

// values is how many numbers a leaf holds.
func (s *trainingSet) values() int { return max(1, s.classes) }

// newTrainingSet checks and encodes a training set. categorical lists features
// of codes; it must be empty where thresholds are drawn at random.
func newTrainingSet(r rules, x *mat.Dense, y, w []float64, categorical []int) (*trainingSet, error) {
	_, p := x.Dims()
	s := &trainingSet{rules: r, x: x, categorical: make([]bool, p)}
	for _, f := range categorical {
		if f < 0 || f >= p {
			return nil, fmt.Errorf("forest: categorical_features: %d is not one of %d columns", f, p)
		}
		s.categorical[f] = true
	}
	if err := s.takeTarget(y); err != nil {
		return nil, err
	}
	if err := s.takeWeights(w); err != nil {
		return nil, err
	}
	return s, s.takeColumns()
}

func (s *trainingSet) takeTarget(y []float64) error {
	s.shift, s.scale, s.y, s.target = 0, 1, y, y
	if s.classes > 0 {
		s.takeClasses(y)
		return nil
	}
	mean, low, high := 0.0, math.Inf(1), math.Inf(-1)
	for i, v := range y {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("forest: row %d: target is %v; leave out rows without a target", i, v)
		}
		mean += v / float64(len(y))
		low, high = min(low, v), max(high, v)
	}
	if math.IsInf(high-low, 1) {
		return errors.New("forest: the range of the target is not a number; scale it down")
	}
	s.scale = binade(high - low)
	s.shift = math.Round(mean/s.scale*16) / 16 * s.scale
	if math.IsInf(s.shift, 0) {
		s.shift = mean
	}
	s.y = make([]float64, len(y))
	for i, v := range y {
		s.y[i] = (v - s.shift) / s.scale
	}
	return nil
}

// takeClasses keeps the codes, which are checked.
func (s *trainingSet) takeClasses(y []float64) {
	if !s.byClass() {
		return
	}
	s.class = make([]uint16, len(y))
	for i, v := range y {
		s.class[i] = uint16(v)
	}
}

func (s *trainingSet) takeWeights(w []float64) error {
	s.unit = 1
	if w == nil {
		s.even = true
		return nil
	}
	high := 0.0
	for i, v := range w {
		if !(v >= 0) || math.IsInf(v, 0) {
			return fmt.Errorf("forest: row %d: weight %v; want a number of at least 0", i, v)
		}
		high = max(high, v)
	}
	if high == 0 {
		return fmt.Errorf("forest: all weights of %d rows are 0", len(w))
	}
	// Weights of an ordinary size stay, so that whole ones do.
	if high < 1e-6 || high > 1e6 {
		s.unit = binade(high)
	}
	s.w = make([]float64, len(w))
	for i, v := range w {
		s.w[i] = v / s.unit
	}
	return nil
}

// binade returns the power of two at or below v, or 1 for 0.
func binade(v float64) float64 {
	if v == 0 {
		return 1
	}
	_, e := math.Frexp(v)
	return math.Ldexp(1, max(e-1, -1000))
}

// takeColumns encodes the features, or copies them where nothing is sorted.
func (s *trainingSet) takeColumns() error {
	n, p := s.x.Dims()
	s.columns = make([]column, p)
	sorters := make([]radix.Sorter, parallel.Workers())
	parallel.ForWorker(p, func(worker, f int) {
		if s.random {
			s.columns[f] = keyColumn(s.x, f)
			return
		}
		s.columns[f] = encodeColumn(s.x, f, &sorters[worker])
	})
	for f, is := range s.categorical {
		for i := 0; is && i < n; i++ {
			if v := s.x.At(i, f); v == v && (v < 0 || v >= maxCode || v != math.Trunc(v)) {
				return fmt.Errorf("forest: row %d, column %d: %v is not a category code from 0 to %d", i, f, v, maxCode-1)
			}
		}
	}
	return nil
}

// maxCode bounds category codes, since a set of codes is a row of bits.
const maxCode = 1 << 16
