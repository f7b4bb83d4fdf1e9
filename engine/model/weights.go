package model

import (
	"fmt"
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/calibration"
	"example.com/engine/config"
)

// ClassWeights say how much a row counts in the fit by its class. The zero value
// counts all the same.
type ClassWeights struct {
	Balanced bool               `yaml:"balanced"` // every class counts the same
	Of       map[string]float64 `yaml:"of"`       // by label; 1 for one that is not there
}

// UnmarshalYAML reads balanced, none, or a weight by label.
func (w *ClassWeights) UnmarshalYAML(node ast.Node) error {
	*w = ClassWeights{}
	var text string
	if config.Decode(node, &text) == nil {
		switch text {
		case "balanced":
			w.Balanced = true
		case "none":
		default:
			return config.Unknown(node, "class weights", text, []string{"balanced", "none"})
		}
		return nil
	}
	if err := config.Decode(node, &w.Of); err != nil {
		return err
	}
	for _, label := range slices.Sorted(maps.Keys(w.Of)) {
		if v := w.Of[label]; !(v > 0 && v <= 1e9) {
			return config.Invalid(label, "%v is no weight: write a number above 0", v)
		}
	}
	return nil
}

func (w ClassWeights) set() bool { return w.Balanced || w.Of != nil }

// byCode returns the weight of each class, nil if all rows count the same.
// Balanced weights are n / (k · n of the class), those of scikit-learn.
func (w ClassWeights) byCode(classes []string, y []float64) ([]float64, error) {
	if !w.set() {
		return nil, nil
	}
	out := make([]float64, len(classes))
	if w.Balanced {
		for _, code := range y {
			out[int(code)]++
		}
		for k, n := range out {
			out[k] = float64(len(y)) / (float64(len(classes)) * n)
		}
		return out, nil
	}
	for label := range w.Of {
		if !slices.Contains(classes, label) {
			return nil, fmt.Errorf("class_weights: no class %q in the training rows: they have %q", label, classes)
		}
	}
	for k, label := range classes {
		out[k] = 1
		if v, ok := w.Of[label]; ok {
			out[k] = v
		}
	}
	return out, nil
}

// rowWeights are those of the rows by their classes, nil for nil.
func rowWeights(byCode, y []float64) []float64 {
	if byCode == nil {
		return nil
	}
	w := make([]float64, len(y))
	for i, code := range y {
		w[i] = byCode[int(code)]
	}
	return w
}

// unweigh takes out of probabilities what the weights put in: an estimator that
// counts the rows of a class w times believes in odds of it that are w times too
// high (Elkan 2001, "The foundations of cost-sensitive learning"). Exact for
// the odds of one estimator; of a mean of several, as a forest's, about.
func unweigh(proba *mat.Dense, byCode []float64) {
	if byCode == nil {
		return
	}
	rows, _ := proba.Dims()
	for i := range rows {
		row := proba.RawRowView(i)
		for k, w := range byCode {
			row[k] /= w
		}
		calibration.Normalize(row)
	}
}
