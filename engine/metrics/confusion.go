package metrics

import (
	"fmt"
	"math"
)

// ConfusionMatrix counts rows by their class, in row i, and by the class
// predicted for them, in column j. A row counts its weight.
type ConfusionMatrix [][]float64

// Average says how a measure of one class becomes one of all.
type Average string

// The averages.
const (
	// PositiveClass takes the measure of class 1 alone.
	PositiveClass Average = "binary"
	// Micro adds up the counts of all classes first.
	Micro Average = "micro"
	// Macro takes the mean over the classes.
	Macro Average = "macro"
	// WeightedAverage takes the mean weighted by the rows of each class.
	WeightedAverage Average = "weighted"
)

// Confusion counts the rows. The matrix has a row and a column for every class
// up to the highest code of y and pred, 2 at least.
func Confusion(y, pred, w []float64) ConfusionMatrix {
	sameLength(len(y), w)
	return newCells(y, pred).count(w)
}

// Precision is the share of the rows predicted as a class that are of it; 0 if
// none was predicted. Classes that occur neither in y nor in pred are left out
// of the average, here and in Recall and F1.
func (c ConfusionMatrix) Precision(average Average) float64 {
	return c.average(average, func(hit, _, predicted float64) float64 { return ratio(hit, predicted) })
}

// Recall is the share of a class's rows that are predicted as it; 0 if it has
// no rows.
func (c ConfusionMatrix) Recall(average Average) float64 {
	return c.average(average, func(hit, actual, _ float64) float64 { return ratio(hit, actual) })
}

// F1 is the harmonic mean of precision and recall.
func (c ConfusionMatrix) F1(average Average) float64 {
	return c.average(average, func(hit, actual, predicted float64) float64 {
		return ratio(2*hit, actual+predicted)
	})
}

// Accuracy is the share of rows predicted right.
func (c ConfusionMatrix) Accuracy() float64 {
	hits, total := 0.0, 0.0
	for k := range c {
		hit, actual, _ := c.Class(k)
		hits += hit
		total += actual
	}
	return hits / total
}

// BalancedAccuracy is the mean recall of the classes that have rows.
func (c ConfusionMatrix) BalancedAccuracy() float64 {
	sum, present := 0.0, 0.0
	for k := range c {
		if hit, actual, _ := c.Class(k); actual > 0 {
			sum += hit / actual
			present++
		}
	}
	return sum / present
}

// MCC is Matthews' correlation of the classes with those predicted, from -1 to
// 1, for any number of classes (Gorodkin 2004); 0 if one of the two is constant.
func (c ConfusionMatrix) MCC() float64 {
	var hits, total, cross, actuals, predicteds float64
	for k := range c {
		hit, actual, predicted := c.Class(k)
		hits += hit
		total += actual
		cross += actual * predicted
		actuals += actual * actual
		predicteds += predicted * predicted
	}
	if total == 0 {
		return math.NaN()
	}
	spread := (total*total - actuals) * (total*total - predicteds)
	if spread <= 0 {
		return 0
	}
	return (hits*total - cross) / math.Sqrt(spread)
}

// Class returns the weight of the rows of class k predicted right, of its rows, and of
// the rows predicted as it; zeros for a class that the matrix does not have.
func (c ConfusionMatrix) Class(k int) (hit, actual, predicted float64) {
	if k >= len(c) {
		return 0, 0, 0
	}
	for j := range c {
		actual += c[k][j]
		predicted += c[j][k]
	}
	return c[k][k], actual, predicted
}

func (c ConfusionMatrix) average(average Average, measure func(hit, actual, predicted float64) float64) float64 {
	if average == PositiveClass {
		return measure(c.Class(1))
	}
	var hits, actuals, predicteds, sum, weights float64
	for k := range c {
		hit, actual, predicted := c.Class(k)
		hits, actuals, predicteds = hits+hit, actuals+actual, predicteds+predicted
		weight := actual
		if average == Macro && actual+predicted > 0 {
			weight = 1
		}
		sum += weight * measure(hit, actual, predicted)
		weights += weight
	}
	if average == Micro {
		return measure(hits, actuals, predicteds)
	}
	return sum / weights
}

// ratio returns a/b, and 0 for 0/0.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// cells holds the place of each row in a confusion matrix of k classes.
type cells struct {
	k     int
	place []int32
}

func newCells(y, pred []float64) cells {
	sameLength(len(y), pred)
	c := cells{k: 2, place: make([]int32, len(y))}
	for i := range y {
		c.k = max(c.k, code(y[i])+1, code(pred[i])+1)
	}
	for i := range y {
		c.place[i] = int32(code(y[i])*c.k + code(pred[i]))
	}
	return c
}

func (c cells) count(w []float64) ConfusionMatrix {
	counts := make([]float64, c.k*c.k)
	for i, at := range c.place {
		counts[at] += weightAt(w, i)
	}
	matrix := make(ConfusionMatrix, c.k)
	for i := range matrix {
		matrix[i] = counts[i*c.k : (i+1)*c.k]
	}
	return matrix
}

// confused returns the Scorer of a measure on the confusion matrix.
func confused(y, pred []float64, measure func(ConfusionMatrix) float64) Scorer {
	c := newCells(y, pred)
	return func(w []float64) float64 { return measure(c.count(w)) }
}

// code returns a class code as an integer.
func code(v float64) int {
	if !(v >= 0 && v < 1<<15) || v != math.Trunc(v) {
		panic(fmt.Sprintf("metrics: %v is not a class code", v))
	}
	return int(v)
}
