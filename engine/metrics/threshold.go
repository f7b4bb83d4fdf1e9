package metrics

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// BestThreshold returns the score at or above which a row is to be called
// positive so that the metric is best. The metric has an Of. Every threshold is
// tried, in O(n log n). The result lies halfway between the two scores
// that it parts, so that it does not hang on the last digit of either; +Inf,
// where no row is called positive, and -Inf, where all are, compete too. Among
// equals the highest wins, and NaN never does. The value is that of the rows the
// threshold was chosen on, which flatters it: report the value on other rows.
func BestThreshold(y, score, w []float64, m Metric) (at, value float64) {
	steps := thresholds(y, score, checked(y, w))
	all := steps[len(steps)-1]
	c := ConfusionMatrix{{all.FP, 0}, {all.TP, 0}}
	at, value = math.Inf(1), m.Of(c)
	for k, s := range steps {
		c[0][0], c[0][1], c[1][0], c[1][1] = all.FP-s.FP, s.FP, all.TP-s.TP, s.TP
		v := m.Of(c)
		if !m.Better(v, value) && !(math.IsNaN(value) && !math.IsNaN(v)) {
			continue
		}
		at, value = math.Inf(-1), v
		if k+1 < len(steps) {
			at = Between(steps[k+1].threshold, s.threshold)
		}
	}
	return at, value
}

// Between returns a number above low and at most high, halfway if there is one.
func Between(low, high float64) float64 {
	if mid := low + (high-low)/2; mid > low {
		return mid
	}
	return high
}

// Cost is the mean cost of a row where errors have a price: a negative row called
// positive, and a positive row called negative. Lookup finds it as cost_1_20, for
// the prices 1 and 20.
func Cost(falsePositive, falseNegative float64) Metric {
	name := fmt.Sprintf("cost_%v_%v", falsePositive, falseNegative)
	m := OfClasses(name, NoUnit, onlyBinary, func(c ConfusionMatrix) float64 {
		total := c[0][0] + c[0][1] + c[1][0] + c[1][1]
		return (falsePositive*c[0][1] + falseNegative*c[1][0]) / total
	})
	m.Greater = false
	return m.between(0, max(falsePositive, falseNegative))
}

// parseCost reads the prices of cost_1_20.
func parseCost(name, prices string) (Metric, error) {
	a, b, _ := strings.Cut(prices, "_")
	fp, err := strconv.ParseFloat(a, 64)
	fn, err2 := strconv.ParseFloat(b, 64)
	if err != nil || err2 != nil || strings.Contains(b, "_") || !(fp >= 0 && fn >= 0 && fp+fn > 0 && fp+fn <= math.MaxFloat64) {
		return Metric{}, fmt.Errorf("metric %q: %q is not the cost of a false positive and of a false negative, as cost_1_20", name, prices)
	}
	return Cost(fp, fn), nil
}
