package metrics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/radix"
)

// ROCAUC is the area under the ROC curve: the probability that a positive row
// scores higher than a negative one, where a tie counts half. It is NaN unless
// there are rows of both.
func ROCAUC(y, score, w []float64) float64 { return rocAUC(y, score)(checked(y, w)) }

// AveragePrecision is the area under the precision-recall curve as a step
// function: the mean of the precision at each positive row. It is NaN if there
// is none.
func AveragePrecision(y, score, w []float64) float64 {
	return averagePrecision(y, score)(checked(y, w))
}

// Pairing says how a binary measure becomes one of several classes.
type Pairing string

// The pairings.
const (
	// OneVsRest ranks the rows of each class against all others.
	OneVsRest Pairing = "ovr"
	// OneVsOne ranks the rows of each pair of classes, by the score of one
	// and by the score of the other (Hand and Till 2001).
	OneVsOne Pairing = "ovo"
)

// ranks is rows from the highest score down.
type ranks struct {
	rows     []int32
	positive []bool // of rows[k]
	last     []bool // whether rows[k] is the last of its score
	bad      bool   // whether a score is NaN
}

// newRanks ranks the rows by score. positive tells of each whether it is.
func newRanks(rows []int32, score []float64, positive func(row int32) bool) ranks {
	var sorter radix.Sorter
	sorter.Reset(len(rows))
	for _, i := range rows {
		sorter.Add(radix.Key(-score[i]), uint32(i)) // NaN comes last
	}
	_, order := sorter.Sort()
	r := ranks{rows: make([]int32, len(rows)), positive: make([]bool, len(rows)), last: make([]bool, len(rows))}
	for k, i := range order {
		r.rows[k] = int32(i)
	}
	for k, i := range r.rows {
		r.positive[k] = positive(i)
		r.last[k] = k+1 == len(rows) || score[r.rows[k+1]] != score[i]
		r.bad = r.bad || math.IsNaN(score[i])
	}
	return r
}

// binaryRanks ranks all rows, of which those of class 1 are positive.
func binaryRanks(y, score []float64) ranks {
	sameLength(len(y), score)
	return newRanks(allRows(len(y)), score, func(i int32) bool { return y[i] == 1 })
}

func allRows(n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}

// walk calls visit for each distinct score from the highest down, with the
// weight of the positive and the negative rows of that score or above.
func (r ranks) walk(w []float64, visit func(k int, positive, negative float64)) {
	positive, negative := 0.0, 0.0
	for k, i := range r.rows {
		weight := weightAt(w, i)
		if r.positive[k] {
			positive += weight
		} else {
			negative += weight
		}
		if r.last[k] {
			visit(k, positive, negative)
		}
	}
}

// auc is the area under the ROC curve by trapezoids.
func (r ranks) auc(w []float64) float64 {
	if r.bad {
		return math.NaN()
	}
	var area, positive, negative float64
	r.walk(w, func(_ int, p, n float64) {
		area += (n - negative) * (p + positive) / 2
		positive, negative = p, n
	})
	return area / (positive * negative) // 0/0 is NaN
}

func rocAUC(y, score []float64) Scorer { return binaryRanks(y, score).auc }

func averagePrecision(y, score []float64) Scorer {
	r := binaryRanks(y, score)
	return func(w []float64) float64 {
		if r.bad {
			return math.NaN()
		}
		sum, positive := 0.0, 0.0
		r.walk(w, func(_ int, p, n float64) {
			if p > positive {
				sum += (p - positive) * p / (p + n)
			}
			positive = p
		})
		return sum / positive
	}
}

// contest is one of the rankings that a multiclass AUC averages.
type contest struct {
	ranks
	classes [2]int // whose rows weight it; the second is -1 for the rest
}

// rocAUCMulti is the ROC AUC of several classes, averaged by Macro or by
// WeightedAverage, which weights a class, or a pair, by its rows. It is NaN
// unless every class has rows.
func rocAUCMulti(y []float64, proba *mat.Dense, pairing Pairing, average Average) Scorer {
	sameRows(len(y), proba)
	byClass := rowsByClass(y, proba)
	var contests []contest
	for a := range byClass {
		score := column(proba, a)
		positive := func(i int32) bool { return code(y[i]) == a }
		if pairing == OneVsRest {
			contests = append(contests, contest{newRanks(allRows(len(y)), score, positive), [2]int{a, -1}})
			continue
		}
		for b := range byClass {
			if b != a {
				pair := slices.Concat(byClass[a], byClass[b])
				contests = append(contests, contest{newRanks(pair, score, positive), [2]int{a, b}})
			}
		}
	}
	return func(w []float64) float64 {
		sum, weights := 0.0, 0.0
		for _, c := range contests {
			weight := 1.0
			if average == WeightedAverage {
				weight = weightOf(c.classes, byClass, w)
			}
			sum += weight * c.auc(w)
			weights += weight
		}
		return sum / weights
	}
}

func rowsByClass(y []float64, proba *mat.Dense) [][]int32 {
	_, k := proba.Dims()
	rows := make([][]int32, k)
	for i, v := range y {
		if code(v) >= k {
			panic("metrics: class code beyond the columns of proba")
		}
		rows[code(v)] = append(rows[code(v)], int32(i))
	}
	return rows
}

// weightOf adds up the rows of the classes.
func weightOf(classes [2]int, byClass [][]int32, w []float64) float64 {
	sum := 0.0
	for _, class := range classes {
		if class < 0 {
			continue
		}
		for _, i := range byClass[class] {
			sum += weightAt(w, i)
		}
	}
	return sum
}

// column returns a copy of column j.
func column(proba *mat.Dense, j int) []float64 {
	n, _ := proba.Dims()
	return mat.Col(make([]float64, n), j, proba)
}
