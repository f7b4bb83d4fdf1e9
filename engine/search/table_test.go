package search

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/metrics"
	"example.com/engine/must"
	"example.com/engine/results"
)

const tableSpace = `
trials: 4
space:
  estimator:
    choice:
      - ridge: {alpha: {log_uniform: [0.1, 10]}}
      - lasso
  columns.place.steps.cluster_similarity.n_clusters: {int_uniform: [5, 80]}
`

// tried returns a table of trials with the given scores, NaN-free; a negative
// one stands for an error.
func tried(t testing.TB, s *Settings, metric string, scores ...float64) (*Table, []Candidate) {
	t.Helper()
	list := must.Get(s.Candidates())(t)
	m := must.Get(metrics.Lookup(metric))(t)
	var trials []*Trial
	for i, score := range scores {
		trial := &Trial{Number: i, Settings: list[i].Settings}
		if score < 0 {
			trial.Error = "singular"
		} else {
			trial.CrossValidation = scoresOf(score-1, score+1)
			mean, std := trial.CrossValidation.Mean, trial.CrossValidation.StdDev
			mean[metric], std[metric] = mean["rmse"], std["rmse"]
		}
		trials = append(trials, trial)
	}
	table := must.Get(NewTable(s, m, []Rung{{Candidates: len(list)}}, trials))(t)
	return table, list
}

func TestTable(t *testing.T) {
	table, _ := tried(t, settings(t, tableSpace), "rmse", 60000, 50000.5, -1, 60000)
	var b strings.Builder
	require.NoError(t, table.WriteCSV(&b))
	assert.Equal(t, `rank,trial,rmse,std_dev,estimator,estimator.ridge.alpha,columns.place.steps.cluster_similarity.n_clusters,error
1,1,50000.5,1.4142135623730951,lasso,,67,
2,0,60000,1.4142135623730951,,,,
3,3,60000,1.4142135623730951,ridge,1.121,58,
4,2,,,ridge,0.7167,39,singular
`, b.String())
	assert.Equal(t, 1, table.Best)
	assert.Equal(t, "kfold", table.Folds)
	assert.Equal(t, []Column{
		{Path: "estimator", Kind: Choice},
		{Path: "estimator.ridge.alpha", Kind: LogUniform, Low: 0.1, High: 10, Log: true},
		{Path: "columns.place.steps.cluster_similarity.n_clusters", Kind: IntUniform, Low: 5, High: 80},
	}, table.Columns)
	assert.Equal(t, "trial 1 of 4: rmse 50,000 in 2 folds (± 1.225), 60,000 as it stands: "+
		"estimator lasso, columns.place.steps.cluster_similarity.n_clusters 67", table.Summary())

	data := must.Get(results.Marshal(table))(t)
	back := must.JSON[Table](t, data)
	assert.Equal(t, *table, back)
}

func TestGreaterMayBeBetter(t *testing.T) {
	table, _ := tried(t, settings(t, tableSpace), "r2", 10, 30, -1, 20)
	var order []int
	for _, trial := range table.Trials {
		order = append(order, trial.Number)
	}
	assert.Equal(t, []int{1, 3, 0, 2}, order)
}

func TestNoScoreAtAll(t *testing.T) {
	s := settings(t, tableSpace)
	m := must.Get(metrics.Lookup("rmse"))(t)
	_, err := NewTable(s, m, nil, []*Trial{{Number: 0}, {Number: 1, Error: "singular"}})
	assert.EqualError(t, err, "none of 2 trials has a score; trial 0: rmse is undefined")
}

// With a resource, those that came further stand first.
func TestTableOfRungs(t *testing.T) {
	s := settings(t, "{strategy: halving, trials: 3, space: {estimator.ridge.alpha: {log_uniform: [0.1, 10]}}}")
	list := must.Get(s.Candidates())(t)
	m := must.Get(metrics.Lookup("rmse"))(t)
	trial := func(number, budget int, score float64) *Trial {
		return &Trial{Number: number, Budget: budget, Settings: list[number].Settings, CrossValidation: scoresOf(score)}
	}
	table, err := NewTable(s, m, []Rung{{30, 3}, {90, 1}}, []*Trial{trial(0, 30, 1), trial(1, 30, 2), trial(2, 30, 3), trial(1, 90, 5)})
	require.NoError(t, err)
	var b strings.Builder
	require.NoError(t, table.WriteCSV(&b))
	assert.Equal(t, `rank,trial,rows,rmse,std_dev,estimator.ridge.alpha,error
1,1,90,5,,1.502,
2,0,30,1,,,
3,1,30,2,,1.502,
4,2,30,3,,0.7167,
`, b.String())
	assert.Nil(t, table.AsItStands(), "it has a score with less of the resource only")
	assert.NotContains(t, table.Summary(), "as it stands")
}

// What is written for the best takes the place of its sections and gives its
// configuration.
func TestBestCanBePasted(t *testing.T) {
	doc := "# a comment\nseed: 1" + pipeline + "search:\n  space: {}\n"
	root := parse(t, doc)
	table, list := tried(t, settings(t, tableSpace), "rmse", 9, 9, 9, 8)
	best := must.Get(list[table.Best].Apply(root))(t)
	var b strings.Builder
	require.NoError(t, table.WriteBest(&b, list[table.Best], best))
	assert.Equal(t, `# trial 3 of 4: rmse 8 in 2 folds (± 1.225), 9 as it stands: estimator ridge, estimator.ridge.alpha 1.121, columns.place.steps.cluster_similarity.n_clusters 58
# These sections take the place of those in model.yaml. The best of many scores
# flatters: what the model is worth, the test rows tell.

columns:
  - name: counts
    columns: [rooms]
    steps: [log, standard_scaler]
  - name: place
    columns: [latitude]
    steps:
      - simple_imputer: {strategy: mean}
      - cluster_similarity: {n_clusters: 58, gamma: 1}
      - log
      - log: {plus_one: true}
  - columns: [age]
    steps: [standard_scaler]

estimator:
  ridge: {alpha: 1.121}
`, b.String())

	var pasted, want any
	require.NoError(t, config.Parse("", []byte("seed: 1\n"+b.String()+"search:\n  space: {}\n"), &pasted))
	require.NoError(t, config.Parse("", []byte(flow(best)), &want))
	assert.Equal(t, want, pasted)

	table, list = tried(t, settings(t, tableSpace), "rmse", 1, 9, 9, 9)
	b.Reset()
	require.NoError(t, table.WriteBest(&b, list[0], root))
	assert.Equal(t, "# trial 0 of 4: rmse 1 in 2 folds (± 1.225): the configuration as it stands\n# Nothing to change.\n", b.String())
}
