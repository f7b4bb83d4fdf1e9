package model

import (
	"fmt"
	"math"

	"github.com/goccy/go-yaml/ast"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/calibration"
	"example.com/engine/config"
	"example.com/engine/metrics"
)

// Threshold is the probability of the positive class from which on it is
// answered; 0 stands for auto: one that is chosen, or the likelier class.
type Threshold float64

// UnmarshalYAML reads a number between 0 and 1, or auto.
func (t *Threshold) UnmarshalYAML(node ast.Node) error {
	var text string
	if config.Decode(node, &text) == nil && text == "auto" {
		*t = 0
		return nil
	}
	var v float64
	if err := config.Decode(node, &v); err != nil {
		return err
	}
	if !(v > 0 && v < 1) {
		return config.Invalid("", "%v is not between 0 and 1: write a probability, or auto", v)
	}
	*t = Threshold(v)
	return nil
}

// Costs are the prices of wrong answers, in any unit.
type Costs struct {
	FalsePositive float64 `yaml:"false_positive" validate:"gte=0"`
	FalseNegative float64 `yaml:"false_negative" validate:"gte=0"`
}

// Decision says which of two classes is answered: the second, which is the
// positive one, for rows that have at least the threshold's probability of it.
type Decision struct {
	Threshold float64 `json:"threshold"`
	// By is the metric that the threshold was chosen by, or fixed.
	By string `json:"by"`
	// Value is that of the metric at the threshold on the held-out rows that it
	// was chosen on, which flatters it, as it is the best of many.
	Value float64 `json:"value,omitempty"`
	Rows  int     `json:"rows,omitempty"`
}

const fixed = "fixed"

// String is for reports: "from a probability of 0.0832 on, the best f1 of 4000 held-out rows".
func (d Decision) String() string {
	at := fmt.Sprintf("from a probability of %.3g on, ", d.Threshold)
	if d.By == fixed {
		return at + "as model.yaml says"
	}
	return at + fmt.Sprintf("the best %s of %d held-out rows", d.By, d.Rows)
}

// validateDecision checks the settings of a classification's answers.
func (c *Config) validateDecision() error {
	for _, s := range []struct {
		key string
		set bool
	}{
		{"class_weights", c.ClassWeights.set()},
		{"calibration", c.calibrates()},
		{"threshold", c.Threshold != 0},
		{"costs", c.Costs != nil},
	} {
		if s.set && c.Task == Regression {
			return config.Invalid(s.key, "is for classes, the task is a regression")
		}
	}
	switch {
	case c.Task == Multiclass && c.Threshold != 0:
		return config.Invalid("threshold", "is for two classes; of three and more the likeliest is answered: weigh them with class_weights, or make two of them and set task to binary")
	case c.Task == Multiclass && c.Costs != nil:
		return config.Invalid("costs", "are for two classes: take the class of the least expected cost from the probabilities that the model gives, with calibration: {method: sigmoid}")
	case c.Costs != nil && c.Threshold != 0:
		return config.Invalid("threshold", "is given, and costs that choose it: leave one of them out")
	case c.Costs != nil && !(c.Costs.FalsePositive > 0 && c.Costs.FalseNegative > 0):
		return config.Invalid("costs", "are %v for a false positive and %v for a false negative: where one of them is free, the same class is always answered; give both, as {false_positive: 1, false_negative: 20}", c.Costs.FalsePositive, c.Costs.FalseNegative)
	}
	return nil
}

func (c *Config) calibrates() bool {
	return c.Calibration.Method != "none" && c.Calibration.Method != ""
}

// choosing returns the metric that the threshold is chosen by, and why there is
// none if the deciding metric would make one expect it.
func (c *Config) choosing() (m metrics.Metric, chosen bool, why string) {
	switch {
	case c.Task != Binary || c.Threshold != 0:
		return m, false, ""
	case c.Costs != nil:
		return metrics.Cost(c.Costs.FalsePositive, c.Costs.FalseNegative), true, ""
	}
	m, err := DecidingMetric(c.Task, c.Metric)
	switch {
	case err != nil || m.Input != metrics.Classes:
		return m, false, ""
	case m.Of == nil:
		return m, false, fmt.Sprintf("no threshold is chosen by %s, which is no measure of a confusion matrix: the likelier class is answered; set threshold or costs", m.Name)
	case m.Name == "precision" || m.Name == "recall":
		return m, false, fmt.Sprintf("no threshold is chosen by %s, which alone is best where one class is never answered: the likelier class is answered; set threshold, costs or metric: f1", m.Name)
	}
	return m, true, ""
}

// decide returns the decision for probabilities of rows that the model did not
// learn from, nil if the likelier class is answered.
func (c *Config) decide(proba *mat.Dense, y []float64) *Decision {
	if c.Threshold != 0 {
		return &Decision{Threshold: float64(c.Threshold), By: fixed}
	}
	m, chosen, _ := c.choosing()
	if !chosen {
		return nil
	}
	classes, p, weights := soften(proba, y)
	at, _ := metrics.BestThreshold(classes, p, weights, m)
	d := &Decision{Threshold: min(max(at, 0), 1), By: m.Name, Rows: len(y)}
	d.Value = m.Score(Prediction{Proba: proba, decision: d}.Data(y))
	if math.IsNaN(d.Value) {
		return nil
	}
	return d
}

// firm is how many positive rows count as much as the sigmoid through all rows.
const firm = 100

// soften gives each row twice, as positive and as negative, with weights of sum 1:
// what it is, mixed with what a sigmoid through all rows says of its probability.
// The best threshold hangs on few rows where positive ones are rare, and the
// sigmoid, which has two parameters, has much less noise; the more positive rows
// there are, the less it counts.
func soften(proba *mat.Dense, y []float64) (classes, p, weights []float64) {
	smooth := mat.DenseCopyOf(proba)
	calibration.Fit("sigmoid", proba, y).Apply(smooth)
	share := firm / (firm + floats.Sum(y))
	for class := range 2 {
		for i, v := range y {
			is := v
			if class == 0 {
				is = 1 - v
			}
			w := share*smooth.At(i, class) + (1-share)*is
			classes, p, weights = append(classes, float64(class)), append(p, proba.At(i, 1)), append(weights, w)
		}
	}
	return classes, p, weights
}

// constant is the decision of a model that gives every row one probability: the
// better of never and always the positive class.
func (d *Decision) constant(probability float64) *Decision {
	if d == nil || d.By == fixed {
		return d
	}
	out := *d
	out.Threshold = 1
	m, err := metrics.Lookup(d.By)
	if err != nil || m.Of == nil {
		return nil
	}
	never := m.Of(metrics.ConfusionMatrix{{1 - probability, 0}, {probability, 0}})
	if always := m.Of(metrics.ConfusionMatrix{{0, 1 - probability}, {0, probability}}); m.Better(always, never) {
		out.Threshold = 0
	}
	return &out
}
