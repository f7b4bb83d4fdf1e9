package model

import (
	"fmt"
	"math"
	"strconv"

	"example.com/engine/table"
)

// TargetTransform is what a regression learns instead of the target itself;
// predictions are turned back. The zero value is none.
type TargetTransform string

// The target transforms. Log suits positive, skewed targets; Log1p also zeros.
const (
	None  TargetTransform = "none"
	Log   TargetTransform = "log"
	Log1p TargetTransform = "log1p"
)

// apply returns the transformed y, or y itself where there is nothing to do.
func (t TargetTransform) apply(y []float64) ([]float64, error) {
	f := map[TargetTransform]func(float64) float64{Log: math.Log, Log1p: math.Log1p}[t]
	if f == nil {
		return y, nil
	}
	out := make([]float64, len(y))
	for i, v := range y {
		if out[i] = f(v); math.IsNaN(out[i]) || math.IsInf(out[i], 0) {
			return nil, fmt.Errorf("training row %d: target %v has no %s: set target_transform to none", i+1, v, t)
		}
	}
	return out, nil
}

// invert turns predictions back, in place.
func (t TargetTransform) invert(y []float64) {
	f := map[TargetTransform]func(float64) float64{Log: math.Exp, Log1p: math.Expm1}[t]
	for i := range y {
		if f != nil {
			y[i] = f(y[i])
		}
	}
}

// target returns the target of t as numbers: values for a regression, codes
// into m.Classes, which it sets, for a classification. Of two classes the positive
// one, or the one that is guessed where that is empty, comes last.
func (m *Model) target(t *table.Table, positive string) ([]float64, error) {
	c := t.Column(m.Schema.Target)
	if c == nil {
		return nil, fmt.Errorf("training rows have no target column %q: they have %v", m.Schema.Target, t.Names())
	}
	for i := range c.Len() {
		if c.IsNull(i) {
			return nil, fmt.Errorf("training row %d: target %q is null", i+1, c.Name)
		}
	}
	if m.Task == Regression {
		if c.Kind != table.Float {
			return nil, fmt.Errorf("target %q is a %s: a regression needs a number", c.Name, c.Kind)
		}
		return c.Floats, nil
	}
	labels, err := Labels(c)
	if err != nil {
		return nil, err
	}
	m.Classes = classesOf(labels)
	if want := 2; m.Task == Binary {
		if len(m.Classes) != want {
			return nil, fmt.Errorf("target %q has %d classes, a binary task needs 2: set task to multiclass", c.Name, len(m.Classes))
		}
		if positive == "" {
			positive, _ = GuessPositive(countOf(labels))
		}
		if m.Classes, err = ordered(m.Classes, positive, c.Name); err != nil {
			return nil, err
		}
	}
	return m.Codes(labels)
}

// Labels returns a target column's values as class labels.
func Labels(c *table.Column) ([]string, error) {
	labels := make([]string, c.Len())
	for i := range labels {
		switch c.Kind {
		case table.Float:
			labels[i] = strconv.FormatFloat(c.Floats[i], 'f', -1, 64)
		case table.Category:
			labels[i] = c.Levels[c.Codes[i]]
		default:
			return nil, fmt.Errorf("target %q is a %s: classes are categories or numbers", c.Name, c.Kind)
		}
	}
	return labels, nil
}

// Codes returns the class codes of labels; one that training did not see is
// an error.
func (m *Model) Codes(labels []string) ([]float64, error) {
	codes, code := make([]float64, len(labels)), make(map[string]int, len(m.Classes))
	for k, s := range m.Classes {
		code[s] = k
	}
	for i, s := range labels {
		k, ok := code[s]
		if !ok {
			return nil, fmt.Errorf("row %d: class %q was not in the training rows: they have %v", i+1, s, m.Classes)
		}
		codes[i] = float64(k)
	}
	return codes, nil
}
