// Package leakage finds columns that give the target away: copies of it, columns
// that rise or fall with it in nearly every row, and columns that predict it
// nearly perfectly alone.
package leakage

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"example.com/engine/folds"
	"example.com/engine/metrics"
	"example.com/engine/rank"
	"example.com/engine/table"
)

// Rows to look at: fewer show high figures by chance, and more tell nothing that
// those don't tell to the fourth digit.
const (
	LeastRows = 50
	MostRows  = 100_000
)

// What one column may tell of the target at most. Real columns stay well below;
// a column that is above is mostly the target under another name, or something
// that is known only once the target is.
const (
	mostRank  = 0.995 // of the rank correlation, or of a binary target's ROC AUC
	mostShare = 0.99  // of the variance that the column explains on held-out rows
)

// Of says how a column gives the target away, or nothing: "equals the target".
// y are numbers of a regression, or class codes.
func Of(c *table.Column, y []float64, task metrics.Task) string {
	if c.Kind == table.Float {
		if how := ordered(c.Floats, y, task); how != "" {
			return how
		}
	}
	if share := explained(cells(c), y, task != metrics.Regression); share > mostShare {
		return fmt.Sprintf("predicts the target nearly perfectly alone (R² %.4f on rows held out)", share)
	}
	return ""
}

// ordered compares the order of a column with that of the target, on the rows
// where the column is not null.
func ordered(v, y []float64, task metrics.Task) string {
	var a, b []float64
	for i := range v {
		if !math.IsNaN(v[i]) {
			a, b = append(a, v[i]), append(b, y[i])
		}
	}
	switch {
	case len(a) < LeastRows:
		return ""
	case slices.Equal(a, b) && slices.Min(a) < slices.Max(a):
		return "equals the target"
	case task == metrics.Regression:
		if rho := stat.Correlation(rank.Mean(a), rank.Mean(b), nil); math.Abs(rho) > mostRank {
			return fmt.Sprintf("%s with the target in nearly every row (rank correlation %.4f)", map[bool]string{true: "rises", false: "falls"}[rho > 0], rho)
		}
	case task == metrics.Binary:
		if auc := metrics.ROCAUC(b, a, nil); max(auc, 1-auc) > mostRank {
			return fmt.Sprintf("parts the classes nearly perfectly alone (ROC AUC %.4f)", max(auc, 1-auc))
		}
	}
	return ""
}

// cells puts the rows into bins by a column: numbers by their order, where a
// value that fills a bin is alone in it; others by their value. Null is a bin of
// its own, as it can tell as much as a value.
func cells(c *table.Column) []int {
	if c.Kind != table.Float {
		return folds.Groups(c)
	}
	const most, least = 256, 20 // bins; rows in each
	sorted := slices.DeleteFunc(slices.Clone(c.Floats), math.IsNaN)
	slices.Sort(sorted)
	var edges []float64
	bins := min(most, len(sorted)/least)
	for k := 1; k < bins; k++ {
		edges = append(edges, sorted[k*len(sorted)/bins])
	}
	out := make([]int, c.Len())
	for i, v := range c.Floats {
		if math.IsNaN(v) {
			continue
		}
		k, _ := slices.BinarySearch(edges, v)
		out[i] = 1 + 2*k
		if k+1 < len(edges) && edges[k+1] == v {
			out[i]++
		}
	}
	return out
}

// explained is the R² of predicting each row by the mean of its cell, taken over
// the other half of the rows, so that a column of many values does not shine
// by remembering. For classes it is that of their indicators together.
func explained(cell []int, y []float64, classes bool) float64 {
	targets := [][]float64{y}
	if classes {
		targets = make([][]float64, int(slices.Max(y))+1)
		for k := range targets {
			targets[k] = make([]float64, len(y))
		}
		for i, code := range y {
			targets[int(code)][i] = 1
		}
	}
	wrong, total := 0.0, 0.0
	for _, t := range targets {
		w, all := heldOutError(cell, t)
		wrong, total = wrong+w, total+all
	}
	if total == 0 {
		return 0
	}
	return 1 - wrong/total
}

// heldOutError returns the squared error of the cells' means of the other half,
// and that of the half's own mean.
func heldOutError(cell []int, y []float64) (wrong, total float64) {
	type sum struct{ y, n float64 }
	var all [2]sum
	cells := make([][2]sum, slices.Max(cell)+1)
	for i, k := range cell {
		for _, s := range []*sum{&all[i%2], &cells[k][i%2]} {
			s.y += y[i]
			s.n++
		}
	}
	for i, k := range cell {
		half := 1 - i%2
		guess := all[half].y / all[half].n
		if s := cells[k][half]; s.n > 0 {
			guess = s.y / s.n
		}
		mean := all[i%2].y / all[i%2].n
		wrong += (y[i] - guess) * (y[i] - guess)
		total += (y[i] - mean) * (y[i] - mean)
	}
	return wrong, total
}
