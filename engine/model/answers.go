package model

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/calibration"
	"example.com/engine/metrics"
)

// answers is how probabilities become answers, after the estimator.
type answers struct {
	calibration *calibration.Calibration
	decision    *Decision
}

// of applies both to probabilities, in place.
func (a answers) of(proba *mat.Dense) Prediction {
	if a.calibration != nil {
		a.calibration.Apply(proba)
	}
	return Prediction{Proba: proba, decision: a.decision}
}

// learnAnswers learns from held-out probabilities, which stay as they are.
func (c *Config) learnAnswers(proba *mat.Dense, y []float64) answers {
	var a answers
	if c.calibrates() {
		a.calibration = calibration.Fit(c.Calibration.Method, proba, y)
		proba = mat.DenseCopyOf(proba)
		a.calibration.Apply(proba)
	}
	a.decision = c.decide(proba, y)
	return a
}

// learnsAnswers tells whether there is anything to learn from held-out rows.
func (c *Config) learnsAnswers() bool {
	_, chosen, _ := c.choosing()
	return c.Task != Regression && (c.calibrates() || chosen || c.Threshold != 0)
}

// answer makes the held-out probabilities answers, each fold's by what the others
// teach: a row never has a say in its own answer, so scores of the answers
// don't flatter the choice. The only fold is parted in two for it. The result is
// what was learned for each fold.
func (c *Config) answer(folds []heldFold) ([]answers, error) {
	learned := make([]answers, len(folds))
	if !c.learnsAnswers() || len(folds) == 0 {
		return learned, nil
	}
	for k := range folds {
		folds[k].raw = folds[k].answers.Proba
	}
	if len(folds) == 1 {
		return learned, c.answerHalves(&folds[0], learned)
	}
	for k := range folds {
		proba, y, err := pool(slices.Concat(folds[:k], folds[k+1:]))
		if err != nil {
			return nil, err
		}
		learned[k] = c.learnAnswers(proba, y)
		folds[k].answers = learned[k].of(mat.DenseCopyOf(folds[k].raw))
	}
	return learned, nil
}

// answerHalves answers every second row by what the others teach.
func (c *Config) answerHalves(f *heldFold, learned []answers) error {
	rows, classes := f.raw.Dims()
	if rows < 2 {
		return errors.New("cross_validation: the only fold holds out one row: nothing to choose a threshold or a calibration on")
	}
	f.answers = Prediction{Proba: mat.NewDense(rows, classes, nil), codes: make([]float64, rows)}
	learned[0] = c.learnAnswers(f.raw, f.truth)
	for half := range 2 {
		var mine, others []int
		for i := range rows {
			if i%2 == half {
				mine = append(mine, i)
			} else {
				others = append(others, i)
			}
		}
		other := metrics.Data{Y: f.truth, Proba: f.raw}.Take(others)
		p := c.learnAnswers(other.Proba, other.Y).of(metrics.Data{Y: f.truth, Proba: f.raw}.Take(mine).Proba)
		for k, code := range p.Codes() {
			f.answers.Proba.SetRow(mine[k], p.Proba.RawRowView(k))
			f.answers.codes[mine[k]] = code
		}
	}
	return nil
}

// pool puts the held-out rows of folds together.
func pool(folds []heldFold) (*mat.Dense, []float64, error) {
	var all, y []float64
	_, classes := folds[0].raw.Dims()
	for _, f := range folds {
		if _, k := f.raw.Dims(); k != classes {
			return nil, nil, errors.New("cross_validation: a fold's training rows lack a class that others have, so their probabilities can't be put together for threshold and calibration: split by stratified_kfold, or leave them out")
		}
		all, y = append(all, f.raw.RawMatrix().Data...), append(y, f.truth...)
	}
	return mat.NewDense(len(y), classes, all), y, nil
}

// finish gives the model what all held-out rows teach of its answers.
func (m *Model) finish(c *Config, held *HeldOut) (warnings []string, err error) {
	if m.Task == Regression {
		return nil, nil
	}
	if _, _, why := c.choosing(); why != "" {
		warnings = append(warnings, why)
	}
	if c.learnsAnswers() {
		proba, y, err := pool(held.folds)
		if err != nil {
			return nil, err
		}
		a := c.learnAnswers(proba, y)
		m.Calibration, m.Decision = a.calibration, a.decision
	}
	return append(warnings, m.unanswered(held)...), nil
}

// unanswered warns of classes that no held-out row is answered with, or, if no threshold
// was asked for, fewer than a tenth of the rows that are of it: rare ones, most of the time.
func (m *Model) unanswered(held *HeldOut) (warnings []string) {
	count, of, rows := make([]int, len(m.Classes)), make([]int, len(m.Classes)), 0
	for _, f := range held.folds {
		_, k := f.answers.Proba.Dims()
		if k != len(m.Classes) {
			return nil
		}
		for i, code := range f.answers.Codes() {
			count[int(code)]++
			of[int(f.truth[i])]++
			rows++
		}
	}
	for k, n := range count {
		if n == 0 && of[k] > 0 || m.Decision == nil && 10*n < of[k] {
			often := "never answered"
			if n > 0 {
				often = fmt.Sprintf("hardly ever answered, for %d held-out rows", n)
			}
			w := fmt.Sprintf("the class %s is %s: %d of %d held-out rows are of it", strconv.Quote(m.Classes[k]), often, of[k], rows)
			if m.Task == Binary {
				w += "; metric: f1, costs or threshold in model.yaml choose when it is (docs/validation.md, rare classes)"
			}
			warnings = append(warnings, w)
		}
	}
	return warnings
}
