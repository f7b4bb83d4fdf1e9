package results

import (
	"math"

	"example.com/engine/metrics"
)

// Scores are metrics by name. What is not finite is left out: JSON can't hold
// it.
type Scores map[string]float64

// Score measures d by each metric.
func Score(d metrics.Data, list []metrics.Metric) Scores {
	scores := Scores{}
	for _, m := range list {
		if v := m.Score(d); !math.IsNaN(v) && !math.IsInf(v, 0) {
			scores[m.Name] = v
		}
	}
	return scores
}
