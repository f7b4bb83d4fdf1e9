// Package conformal finds how far intervals and sets of classes reach, from
// scores of rows that a model did not learn from: conformal prediction.
package conformal

import (
	"cmp"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/config"
	"example.com/engine/metrics"
	"example.com/engine/rank"
)

// Threshold is how far an interval reaches from its band, which is the
// prediction or the range between two quantiles. For classes it is the score up
// to which a class is in the set, in Above.
type Threshold struct {
	Rows  int     `json:"rows"`
	Below float64 `json:"below"`
	Above float64 `json:"above"`
}

// Edges returns the values that part the predictions into bins of as many
// rows each; fewer where many rows have one value.
func Edges(v []float64, bins int) []float64 {
	sorted := slices.Sorted(slices.Values(v))
	var edges []float64
	for k := 1; k < bins; k++ {
		if e := sorted[k*len(sorted)/bins]; e > sorted[0] && (len(edges) == 0 || e > edges[len(edges)-1]) {
			edges = append(edges, e)
		}
	}
	return edges
}

// Bin returns the number of the bin of a prediction, between rising edges.
func Bin(edges []float64, v float64) int {
	k, found := slices.BinarySearch(edges, v)
	if found {
		k++
	}
	return k
}

// ClassScore tells how badly a class fits the probabilities of a row.
func ClassScore(kind string, proba []float64, class int) float64 {
	if kind == "lac" {
		return 1 - proba[class]
	}
	sum := 0.0
	for k, p := range proba {
		if p > proba[class] || k == class {
			sum += p
		}
	}
	return sum
}

// Sets returns the classes of each row that are in, the likeliest first. The
// likeliest is always in, so that no set is empty.
func Sets(proba *mat.Dense, in func(i, class int) bool) [][]int {
	rows, classes := proba.Dims()
	out := make([][]int, rows)
	for i := range out {
		p := proba.RawRowView(i)
		order := rank.Order(classes, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
		for k, class := range order {
			if k == 0 || in(i, class) {
				out[i] = append(out[i], class)
			}
		}
	}
	return out
}

// Settings are the part of model.yaml that says how sure a prediction
// is said to be: by conformal prediction, which asks how wrong the recipe was
// on rows that it did not learn from (Angelopoulos and Bates 2023, "Conformal
// prediction: a gentle introduction").
type Settings struct {
	// Method says which rows those are.
	//
	//   - cv: the rows that each fold of the cross-validation held out. No fit
	//     more than there is anyway, and the model learns from all rows. The
	//     share of rows inside is near the level for estimators that change
	//     little with a fifth of the rows; nothing is promised for others.
	//   - cv+: the same, and the folds' models are kept to answer together with
	//     the model. At the level 1 - a, at least 1 - 2a is promised whatever
	//     the estimator, and about 1 - a is usual (Barber, Candès, Ramdas and
	//     Tibshirani 2021, "Predictive inference with the jackknife+"). Files
	//     and answers cost as much as one more model for each fold.
	//   - split: the test part of the last fold. The model is that fold's, so it
	//     does not learn from those rows. The level is promised whatever the
	//     estimator (Lei, G'Sell, Rinaldo, Tibshirani and Wasserman 2018).
	//   - none: predictions without intervals.
	//
	// Promises hold on average over rows that are drawn as the training rows
	// were, and not for each kind of row: the report has the coverage by slice.
	// Where the split of features.yaml or the cross-validation keeps groups whole,
	// they hold for rows of new groups: the rows held out are then of whole groups,
	// each of which counts once. The level 0.9 takes 9 groups, or 19 by the score
	// binned, where each side is to hold 0.95. Where rows are in order of time,
	// rows held out are later than those learned from, and nothing is promised
	// where errors drift. If the folds of the cross-validation part groups or mix
	// times, intervals have folds of their own, which take as many fits again.
	Method string `yaml:"method" validate:"oneof=none cv cv+ split"`
	// Score says what is compared.
	//
	//   - absolute: the distance from the prediction, so that every interval is
	//     as wide.
	//   - binned: errors below and above the prediction, each for itself, among
	//     rows of a like prediction. It suits any estimator whose errors grow
	//     with what it predicts, and keeps the level in each bin (Mondrian
	//     conformal prediction: Vovk, Gammerman and Shafer 2005). Not for cv+.
	//   - quantile: the distance from two further quantile regressions, by
	//     gradient boosting on the same inputs, so that the width follows any
	//     of them (Romano, Patterson and Candès 2019, "Conformalized quantile
	//     regression"). Two more fits for each fit.
	//   - lac: for classes, 1 - the probability of the row's class, which gives
	//     the smallest sets (Sadinle, Lei and Wasserman 2019).
	//   - aps: for classes, the probability of the row's class and all likelier
	//     ones, which gives larger sets to harder rows (Romano, Sesia and Candès
	//     2020, without their random part). Of little use for two classes.
	//   - auto: binned, for cv+ absolute; for classes lac.
	Score string  `yaml:"score" validate:"oneof=auto absolute binned quantile lac aps"`
	Level float64 `yaml:"level" validate:"gt=0,lt=1"` // share of rows inside
	Bins  int     `yaml:"bins" validate:"gte=1"`      // at most, of binned
}

// Defaults are 90 % intervals that cost nothing.
func Defaults() Settings {
	return Settings{Method: "cv", Score: "auto", Level: 0.9, Bins: 20}
}

// Resolve checks the settings and returns them with the score of the task.
func (s Settings) Resolve(task metrics.Task) (Settings, error) {
	scores := []string{"absolute", "binned", "quantile"}
	switch {
	case task != metrics.Regression:
		scores = []string{"lac", "aps"}
	case s.Method == "cv+":
		scores = []string{"absolute", "quantile"}
	}
	if s.Score == "auto" {
		s.Score = scores[0]
		if slices.Contains(scores, "binned") {
			s.Score = "binned"
		}
	}
	if !slices.Contains(scores, s.Score) {
		return s, config.Invalid("intervals.score", "%s does not suit a %s with the method %s: there are %v", s.Score, task, s.Method, scores)
	}
	return s, nil
}
