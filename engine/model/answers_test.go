package model

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/calibration"
	"example.com/engine/config"
	"example.com/engine/explain"
	"example.com/engine/metrics"
	"example.com/engine/must"
)

func parsed(t *testing.T, text string) (Config, error) {
	t.Helper()
	c := DefaultConfig()
	return c, config.Parse("model.yaml", []byte(text), &c)
}

func TestSettingsOfAnswers(t *testing.T) {
	const binary = "task: binary\nestimator: logistic_regression\n"
	c := must.Get(parsed(t, binary+"threshold: 0.3\nclass_weights: {0: 1, yes: 2.5}\ncalibration: {method: isotonic}"))(t)
	assert.Equal(t, Threshold(0.3), c.Threshold)
	assert.Equal(t, map[string]float64{"0": 1, "yes": 2.5}, c.ClassWeights.Of)
	c = must.Get(parsed(t, binary+"threshold: auto\nclass_weights: balanced\ncosts: {false_positive: 1, false_negative: 20}"))(t)
	assert.Equal(t, Threshold(0), c.Threshold)
	assert.True(t, c.ClassWeights.Balanced)
	_, all, err := c.Metrics()
	require.NoError(t, err)
	assert.Equal(t, "cost_1_20", all[0].Name)

	const several = "task: multiclass\nestimator: logistic_regression\n"
	for text, want := range map[string]string{
		binary + "threshold: 1.5":                             "model.yaml:3:12: threshold: 1.5 is not between 0 and 1: write a probability, or auto",
		binary + "threshold: some":                            "model.yaml:3:12: threshold: ",
		binary + "class_weights: balance":                     `model.yaml:3:16: class_weights: unknown class weights "balance"; did you mean`,
		binary + "class_weights: {yes: -1}":                   "class_weights.yes: -1 is no weight: write a number above 0",
		binary + "calibration: {method: platt}":               "model.yaml:3:23: calibration.method: ",
		binary + "costs: {false_positive: -1}":                "costs.false_positive: -1 is less than 0",
		binary + "costs: {false_positive: 1}":                 "costs: are 1 for a false positive and 0 for a false negative: where one of them is free",
		binary + "costs: {}":                                  "costs: ",
		binary + "costs: {false_negative: 2}\nthreshold: 0.5": "threshold: is given, and costs that choose it: leave one of them out",
		"threshold: 0.5":                                      "threshold: is for classes, the task is a regression",
		"class_weights: balanced":                             "class_weights: is for classes, the task is a regression",
		several + "threshold: 0.5":                            "threshold: is for two classes; of three and more the likeliest is answered",
		several + "costs: {false_negative: 2}":                "costs: are for two classes: take the class of the least expected cost",
	} {
		_, err := parsed(t, text)
		assert.ErrorContains(t, err, want, text)
	}
}

// What docs/validation.md shows of model.yaml can be copied as it is.
func TestSettingsOfTheDocumentation(t *testing.T) {
	_, settings, found := strings.Cut(string(must.Get(os.ReadFile("../../docs/validation.md"))(t)), "```yaml\n")
	settings, _, ended := strings.Cut(settings, "```")
	require.True(t, found && ended)
	c := must.Get(parsed(t, "task: binary\nestimator: logistic_regression\n"+settings))(t)
	require.Equal(t, &Costs{FalsePositive: 1, FalseNegative: 20}, c.Costs)
}

func TestWhatTheThresholdIsChosenBy(t *testing.T) {
	check := func(text, want, why string) {
		t.Helper()
		c := must.Get(parsed(t, "task: binary\nestimator: logistic_regression\n"+text))(t)
		m, chosen, got := c.choosing()
		assert.Equal(t, want != "", chosen, text)
		if chosen {
			assert.Equal(t, want, m.Name)
		}
		assert.Contains(t, got, why)
	}
	check("", "", "")
	check("metric: log_loss", "", "")
	check("metric: f1", "f1", "")
	check("metric: accuracy", "accuracy", "")
	check("metric: cost_1_5", "cost_1_5", "")
	check("metric: f1\nthreshold: 0.2", "", "")
	check("costs: {false_positive: 1, false_negative: 3}", "cost_1_3", "")
	check("metric: recall", "", "no threshold is chosen by recall, which alone is best where one class is never answered")
}

// heldOut draws folds of probabilities with their truth.
func heldOut(folds, rows int, rng *rand.Rand) []heldFold {
	out := make([]heldFold, folds)
	for k := range out {
		out[k] = heldFold{answers: Prediction{Proba: mat.NewDense(rows, 2, nil)}, truth: make([]float64, rows)}
		for i := range rows {
			p := rng.Float64() * rng.Float64()
			out[k].answers.Proba.SetRow(i, []float64{1 - p, p})
			if rng.Float64() < p*p {
				out[k].truth[i] = 1
			}
		}
	}
	return out
}

// A row's own class changes nothing of its answer, so scores of the answers are honest;
// those of the others do.
func TestARowHasNoSayInItsOwnAnswer(t *testing.T) {
	for _, folds := range []int{1, 2, 5} {
		c := must.Get(parsed(t, "task: binary\nmetric: f1\ncalibration: {method: isotonic}\nestimator: logistic_regression"))(t)
		answered := func(change func(y []float64)) []float64 {
			held := heldOut(folds, 60, rand.New(rand.NewPCG(1, 2)))
			change(held[0].truth)
			learned := must.Get(c.answer(held))(t)
			require.Len(t, learned, folds)
			require.NotNil(t, learned[0].decision)
			var out []float64
			codes := held[0].answers.Codes()
			for i := 0; i < 60; i += 2 { // of the only fold, the half that is answered by the other
				out = append(out, held[0].answers.Proba.At(i, 1), codes[i])
			}
			return out
		}
		before := answered(func([]float64) {})
		require.Equal(t, before, answered(func(y []float64) {
			for i := 0; i < len(y); i += 2 {
				y[i] = 1 - y[i]
			}
		}), "%d folds", folds)
		after := answered(func(y []float64) {
			for i := 1; i < len(y); i += 2 {
				y[i] = 1 - y[i]
			}
		})
		if folds == 1 {
			require.NotEqual(t, before, after, "but the other half has")
		} else {
			require.Equal(t, before, after, "nor have rows of its fold")
		}
	}
}

func TestAnswersByThreshold(t *testing.T) {
	p := Prediction{Proba: mat.NewDense(4, 2, []float64{0.8, 0.2, 0.5, 0.5, 0.7, 0.3, 0.1, 0.9}), Sets: [][]int{{0}, {0, 1}, {0}, {1}}}
	assert.Equal(t, []float64{0, 0, 0, 1}, p.Codes(), "the first of equals")
	p.decision = &Decision{Threshold: 0.3}
	assert.Equal(t, []float64{0, 1, 1, 1}, p.Codes(), "from the threshold on")
	p.includeAnswers()
	assert.Equal(t, [][]int{{0}, {0, 1}, {0, 1}, {1}}, p.Sets)
}

// The dummy answers the class that is better for all.
func TestBaselineAnswersTheBetterClass(t *testing.T) {
	check := func(by string, share, want float64) {
		t.Helper()
		d := (&Decision{By: by, Threshold: 0.7}).constant(share)
		assert.Equal(t, want, d.Threshold, "%s at %v", by, share)
	}
	check("f1", 0.01, 0)
	check("accuracy", 0.01, 1)
	check("accuracy", 0.6, 0)
	check("cost_1_20", 0.1, 0)
	check("cost_1_20", 0.01, 1)
	check(fixed, 0.5, 0.7)
	assert.Nil(t, (*Decision)(nil).constant(0.5))
}

// Weights are taken out of probabilities, and a file keeps all that an answer depends on.
func TestAnswersOfAFile(t *testing.T) {
	for _, more := range []string{"class_weights: balanced", "class_weights: {middling: 9}", "calibration: {method: isotonic}\nmetric: f1", "calibration: {method: sigmoid}\ncosts: {false_positive: 1, false_negative: 3}"} {
		m, rows := fittedFor(t, Binary, more+"\nestimator: logistic_regression")
		r := recipe(t, "task: binary\n"+more+"\nestimator: logistic_regression")
		r.Schema = m.Schema
		folds := must.Get(r.Folds(rows))(t)
		_, held, err := r.HoldOut(t.Context(), rows, folds, nil, func() {})
		require.NoError(t, err)
		m, warnings, err := r.FitCalibrated(t.Context(), rows, held)
		require.NoError(t, err)
		require.Empty(t, warnings)
		loaded := must.Get(Read(saved(t, m)))(t)
		require.Equal(t, 2, loaded.Format)
		a, b := must.Get(m.Predict(rows))(t), must.Get(loaded.Predict(rows))(t)
		require.Equal(t, a.Proba, b.Proba)
		require.Equal(t, a.Codes(), b.Codes())
		share := 0.0
		for i := range rows.Len() {
			share += a.Proba.At(i, 1) / float64(rows.Len())
		}
		y := must.Get(m.Truth(rows))(t)
		require.InDelta(t, metrics.Confusion(y, y, nil)[1][1]/float64(len(y)), share, 0.03, more)
	}
	m, _ := fittedFor(t, Binary, "estimator: logistic_regression")
	require.Equal(t, 1, must.Get(Read(saved(t, m)))(t).Format, "which older programs read")
	for what, damage := range map[string]func(*Model){
		"threshold":   func(m *Model) { m.Decision = &Decision{Threshold: 2} },
		"calibration": func(m *Model) { m.Calibration = &calibration.Calibration{} },
		"weights":     func(m *Model) { m.ClassWeights = []float64{1} },
	} {
		m, _ := fittedFor(t, Binary, "estimator: logistic_regression")
		damage(m)
		_, err := Read(saved(t, m))
		require.ErrorContains(t, err, "damaged: ", what)
	}
}

// What weights and a sigmoid do to log-odds is explained, and what is no sum is refused.
func TestExplanationsOfCalibratedAnswers(t *testing.T) {
	sigmoid := &calibration.Calibration{Method: "sigmoid", Curves: []calibration.Curve{{Sigmoid: &calibration.Sigmoid{Slope: 0.7, Intercept: -1, Low: 0x1p-53, High: 1 - 0x1p-53}}}}
	steps := &calibration.Calibration{Method: "isotonic", Curves: []calibration.Curve{{Steps: &calibration.Steps{Values: []float64{0.5}}}}}
	for _, estimator := range []string{"logistic_regression", "{gradient_boosting_classifier: {max_iter: 10}}"} {
		for _, task := range []Task{Binary, Multiclass} {
			m, rows := fittedFor(t, task, "class_weights: {middling: 5}\nestimator: "+estimator)
			if task == Binary {
				m.Calibration = sigmoid
			}
			e, x := explained(t, m, rows)
			p := must.Get(m.Predict(rows))(t)
			for i := range rows.Len() {
				sums := mat.Row(nil, i, x.Sums)
				for k, v := range invert(e.Scale, sums) {
					require.InDelta(t, p.Proba.At(i, len(m.Classes)-len(sums)+k), v, 1e-9, "%s, row %d", fmt.Sprint(task, estimator), i)
				}
			}
		}
	}
	refused := func(more string, c *calibration.Calibration) {
		t.Helper()
		m, _ := fittedFor(t, Binary, more)
		m.Calibration = c
		_, err := m.Explainer()
		require.ErrorIs(t, err, explain.ErrUnexplained)
	}
	refused("estimator: logistic_regression", steps)
	refused("estimator: decision_tree_classifier", sigmoid)
	refused("class_weights: balanced\nestimator: decision_tree_classifier", nil)
}

// One answer among a hundred rows of a class is as good as none, and is told; with a
// threshold that was asked for, it is what was asked for.
func TestAClassThatIsHardlyAnsweredIsTold(t *testing.T) {
	fold := heldFold{answers: Prediction{Proba: mat.NewDense(1000, 2, nil)}, truth: make([]float64, 1000)}
	told := func(answered int, d *Decision) []string {
		for i := range fold.truth {
			p := 0.1
			if i < answered {
				p = 0.9
			}
			fold.answers.Proba.SetRow(i, []float64{1 - p, p})
			if i < 100 {
				fold.truth[i] = 1
			}
		}
		m := &Model{Task: Binary, Classes: []string{"no", "fraud"}, Decision: d}
		return m.unanswered(&HeldOut{folds: []heldFold{fold}})
	}
	const what = "100 of 1000 held-out rows are of it; metric: f1, costs or threshold in model.yaml choose when it is (docs/validation.md, rare classes)"
	assert.Equal(t, []string{`the class "fraud" is never answered: ` + what}, told(0, nil))
	assert.Equal(t, []string{`the class "fraud" is hardly ever answered, for 9 held-out rows: ` + what}, told(9, nil))
	assert.Empty(t, told(10, nil))
	assert.Empty(t, told(1, &Decision{}))
}
