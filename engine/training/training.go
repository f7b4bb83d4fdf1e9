// Package training is what a program does around the fit of a recipe: it loads
// the training rows, looks for what would make the scores flatter the model,
// and reports what the scores are. The fit itself and its cross-validation are
// methods of [model.Recipe].
package training

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/partition"
	"example.com/engine/random"
	"example.com/engine/results"
	"example.com/engine/selection"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// Rows are the training rows, with the SHA-256 of their file.
type Rows struct {
	*table.Table
	SHA256 string
}

// Load reads the schema's columns of the training rows. No rows are an error.
func Load(r model.Recipe, path string) (Rows, error) {
	fields, err := r.Fields()
	if err != nil {
		return Rows{}, err
	}
	t, err := table.ReadFile(path, table.Options{Fields: fields})
	if err != nil {
		return Rows{}, err
	}
	digest, err := stage.Digest(path)
	if err != nil {
		return Rows{}, err
	}
	if t.Len() == 0 {
		return Rows{}, fmt.Errorf("%s has no rows: nothing to learn from", path)
	}
	return Rows{t, digest}, nil
}

// Guard returns a warning for each thing that would make the scores flatter the
// model: columns that give the target away, and folds that are alike. With
// `leakage: error` in model.yaml, a leak is an error.
func Guard(r model.Recipe, rows *table.Table, folds []selection.Fold) ([]string, error) {
	leaks, err := r.CheckLeaks(rows)
	if err != nil {
		return nil, err
	}
	flattering, err := r.FoldWarnings(rows, folds)
	return slices.Concat(leaks, flattering), err
}

// Fits is how often the recipe is fitted: once for each fold, once on all rows,
// and for the learning curve, if there is one.
func Fits(r model.Recipe, folds []selection.Fold) int {
	n := len(folds) + 1
	if r.Config.LearningCurve {
		n += model.LearningFits(folds)
	}
	return n
}

// scored is how many training rows the model is scored on at most; they tell a
// score to the third digit.
const scored = 500_000

// Report scores the model on its training rows, or a sample of them, by all
// the metrics, of which one decides. Cross-validation, learning curve and
// warnings are left to the caller.
func Report(m *model.Model, rows *table.Table, deciding metrics.Metric, all []metrics.Metric) (results.Training, error) {
	sample := model.Sample(rows, scored, random.New(m.Seed, "training score"))
	y, err := m.Truth(sample)
	if err != nil {
		return results.Training{}, err
	}
	answers, err := m.Predict(sample)
	if err != nil {
		return results.Training{}, err
	}
	target := m.Schema.Column(m.Schema.Target)
	answered := ""
	if m.Decision != nil {
		answered = fmt.Sprintf("%q %s", m.Classes[1], m.Decision)
	}
	return results.Training{
		Task: m.Task, Target: target.Name, Unit: target.Unit, Positive: m.Positive(),
		Estimator: m.Estimator.Kind, Answered: answered, Metric: deciding.Name,
		Rows: rows.Len(), Features: m.Features, Scores: results.Score(answers.Data(y), all),
	}, nil
}

// Save writes a model, and beside it the set of units that it learned from.
func Save(m *model.Model, seen *partition.Seen, file, units *stage.Output) error {
	digest := sha256.New()
	if err := file.Fill(func(w io.Writer) error { return m.Save(io.MultiWriter(w, digest)) }); err != nil {
		return err
	}
	data, err := seen.Encode(hex.EncodeToString(digest.Sum(nil)))
	return errors.Join(err, units.WriteFile(data))
}

// Summary is one line: the deciding metric, held out and on the training rows, and
// the threshold of two classes, if there is one.
func Summary(t results.Training) string {
	name, cv, n := t.Metric, t.CrossValidation, results.Number
	line := fmt.Sprintf("%s on %d rows, %s %s in %d folds (± %s), %s on the training rows",
		t.Estimator, t.Rows, results.MetricWords(name, t.Positive), n(cv.Mean[name]), len(cv.Folds), n(cv.StdErr[name]), n(t.Scores[name]))
	if t.Answered != "" {
		line += "; answers " + t.Answered
	}
	return line
}
