package model

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/metrics"
	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/table"
)

func TestGuessPositive(t *testing.T) {
	for text, want := range map[string]string{
		"no no no yes":             `yes by its name`,
		"yes yes yes no":           `yes by its name`,
		"Active Churned Active":    `Churned by its name`,
		"0 1 1":                    `1 by its name`,
		"-1 1 1":                   `1 by its name`,
		"good late late":           `late as the other is good`,
		"x x apple":                `apple the rarer: 1 of 3 rows`,
		"apple apple x":            `x the rarer: 1 of 3 rows`,
		"apple x":                  `x the last by name, as both have the same number of rows`,
		"1 yes yes":                `1 the rarer: 1 of 3 rows`,
		"a a":                      ` `,
		"a b c":                    ` `,
		"survived died died died ": `survived the rarer: 1 of 4 rows`,
	} {
		class, why := GuessPositive(countOf(strings.Fields(text)))
		assert.Equal(t, want, class+" "+why, text)
	}
}

// churn has one in five rows that left, whatever the classes are called.
func churn(stayed, left string) (*table.Table, Recipe) {
	var x []float64
	var y []string
	for i := range 200 {
		label, v := stayed, float64(i%7)
		if i%5 == 0 {
			label, v = left, v+2
		}
		x, y = append(x, v), append(y, label)
	}
	r := Recipe{Config: DefaultConfig(), Schema: schema.Schema{Target: "y", Columns: []schema.Column{
		{Name: "x", Type: schema.Number}, {Name: "y", Type: schema.Category, Categories: []string{stayed, left}},
	}}}
	if err := config.Parse("model.yaml", []byte("task: binary\nestimator: logistic_regression\nremainder: passthrough"), &r.Config); err != nil {
		panic(err)
	}
	return table.Must(table.Floats("x", x), table.Categories("y", y)), r
}

// What the classes are called, and so how they sort, changes no metric; a model that never answers the positive class
// has recall 0.
func TestNamesOfClassesChangeNoMetric(t *testing.T) {
	scores := func(stayed, left, positive string) (results.CrossValidation, *Model) {
		rows, r := churn(stayed, left)
		r.Config.Positive = positive
		folds := must.Get(r.Folds(rows))(t)
		return must.Get(r.CrossValidate(context.Background(), rows, folds, metrics.All(metrics.Binary), func() {}))(t),
			must.Get(r.Fit(context.Background(), rows))(t)
	}
	cv, m := scores("a", "b", "")
	assert.Equal(t, "b", m.Positive())
	flipped, m := scores("z", "b", "")
	assert.Equal(t, "b", m.Positive())
	assert.Equal(t, []string{"z", "b"}, m.Classes)
	assert.Equal(t, "b", must.Get(m.Settings())(t)["positive"])
	for _, name := range []string{"recall", "precision", "f1", "roc_auc", "average_precision", "log_loss"} {
		assert.InDelta(t, cv.Mean[name], flipped.Mean[name], 0.15, name) // other folds, as the content differs
	}
	asked, m := scores("a", "b", "a")
	assert.Equal(t, "a", m.Positive())
	assert.Greater(t, asked.Mean["recall"], 0.9, "of those that stayed")
	assert.Less(t, cv.Mean["recall"], 0.9)

	rows, r := churn("z", "b")
	m = must.Get(r.Fit(context.Background(), rows))(t)
	y := must.Get(m.Truth(rows))(t)
	never := m.PredictBaseline(rows.Len()).Data(y)
	assert.Zero(t, must.Get(metrics.Lookup("recall"))(t).Score(never), "the baseline answers z alone")
}

func TestPositiveIsChecked(t *testing.T) {
	rows, r := churn("no", "yes")
	settled, said, err := r.Settle(rows)
	require.NoError(t, err)
	assert.Equal(t, "yes", settled.Config.Positive)
	assert.Equal(t, "the positive class is \"yes\", by its name: to choose, write `positive: \"yes\"` in model.yaml", said)
	r.Config.Positive = "yess"
	_, _, err = r.Settle(rows)
	const want = `positive in model.yaml: "y" has no class "yess": it has ["no" "yes"]; did you mean "yes"?`
	require.EqualError(t, err, want)
	_, err = r.Fit(context.Background(), rows)
	require.EqualError(t, err, want)

	for text, want := range map[string]string{"positive: yes": "yes", "positive: 1": "1", "positive: true": "true", "positive: 'No'": "No"} {
		c := DefaultConfig()
		require.NoError(t, config.Parse("model.yaml", []byte("task: binary\nestimator: logistic_regression\n"+text), &c), text)
		assert.Equal(t, want, c.Positive)
	}
	c := DefaultConfig()
	err = config.Parse("model.yaml", []byte("positive: a"), &c)
	require.EqualError(t, err, `model.yaml:1:11: positive: "a" is for two classes, the task is regression`)
}
