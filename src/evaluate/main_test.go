package main

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/drift"
	"example.com/engine/evaluation"
	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/partition"
	"example.com/engine/results"
	"example.com/engine/stage/stagetest"
	"example.com/engine/table"
)

// place lays out what the stage reads: a model, the rows it was trained on, and
// test rows that are changed.
func place(t *testing.T, change func(*table.Table)) *stagetest.Place {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	train, test := modeltest.Friedman(600, rng), modeltest.Friedman(300, rng)
	change(test)
	return lay(t, train, test, partition.DefaultSplit())
}

func lay(t *testing.T, train, test *table.Table, split partition.Split) *stagetest.Place {
	t.Helper()
	p := stagetest.New(t)
	modeltest.SaveRows(t, train, p.Path(results.Train))
	modeltest.SaveRows(t, test, p.Path(results.Test))
	training, err := results.Marshal(results.Training{Task: "regression", Target: "y", Estimator: "ridge", Metric: "rmse", Rows: 600})
	require.NoError(t, err)
	p.Write(results.TrainingOut, string(training))
	m := modeltest.Fit(t, "seed: 1\nremainder: passthrough\nintervals: {method: none}\nestimator: ridge", train)
	require.NoError(t, m.TakeProfile(train, &model.HeldOut{}))
	seen := must.Get(partition.Plan{Split: split}.Seen(train))(t)
	digest := modeltest.Save(t, m, p.Path(results.Candidate)).Digest()
	p.Write(results.CandidateSeen, string(must.Get(seen.Encode(digest))(t)))
	p.Set("model.yaml", "evaluation: {bootstrap: {resamples: 100}}")
	return p
}

func evaluate(p *stagetest.Place, settings string) (status int, stderr string) {
	p.Set("drift.yaml", settings)
	status = p.Run("evaluate", run)
	return status, p.Stderr
}

// Test rows that drifted give a warning, or stop the stage where the settings
// say so; the report is there either way.
func TestDriftOfTestRows(t *testing.T) {
	same := place(t, func(*table.Table) {})
	status, stderr := evaluate(same, "severity: error")
	require.Zero(t, status, stderr)
	var r drift.Report
	require.NoError(t, results.Read(same.Path(drift.TestFile), &r))
	assert.Empty(t, r.Alarms)
	assert.NotNil(t, r.Multivariate)

	moved := place(t, func(rows *table.Table) {
		for i := range rows.Len() {
			rows.Column("x0").Floats[i] += 0.5
		}
	})
	status, stderr = evaluate(moved, "columns: {x0: error}")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, `evaluate: the test rows have drifted from the training rows: column "x0": another distribution`)
	assert.Contains(t, stderr, "reports/drift.failed.html")
	assert.Contains(t, moved.Read(evaluation.FailedDriftPage), "another distribution")
	assert.NoFileExists(t, moved.Path(drift.TestFile))
	r = drift.Report{}
	require.NoError(t, results.Read(moved.Path(evaluation.FailedDrift), &r))
	assert.NotEmpty(t, r.Errors())

	status, stderr = evaluate(moved, "")
	require.Zero(t, status, stderr)
	assert.Contains(t, stderr, `evaluate: warning: test rows: column "x0": another distribution`)
	assert.FileExists(t, moved.Path(drift.TestFile))
	assert.NoFileExists(t, moved.Path(evaluation.FailedDrift))
	assert.NoFileExists(t, moved.Path(evaluation.FailedDriftPage))

	status, stderr = evaluate(moved, "severity: maybe")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "drift.yaml:1:11")
}

// towns draws rows of as many towns, which have an error in common.
func towns(n, of int, first float64, rng *rand.Rand) *table.Table {
	rows := modeltest.Friedman(n*of, rng)
	town, effect := make([]float64, n*of), 0.0
	for i := range town {
		if i%of == 0 {
			effect = 3 * rng.NormFloat64()
		}
		town[i] = first + float64(i/of)
		rows.Column("y").Floats[i] += effect
	}
	return table.Must(append(rows.Columns(), table.Floats("town", town))...)
}

// Intervals resample what the split keeps together, from the settings of the split to the
// file of the metrics, the card and the line that is printed.
func TestIntervalsResampleWhatTheSplitKeepsTogether(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	train, test := towns(60, 10, 0, rng), towns(60, 10, 0.5, rng)
	measure := func(split partition.Split) (results.Metrics, *stagetest.Place) {
		p := lay(t, train, test, split)
		status, stderr := evaluate(p, "")
		require.Zero(t, status, stderr)
		var m results.Metrics
		require.NoError(t, results.Read(p.Path(results.MetricsOut), &m))
		return m, p
	}
	wide := func(m results.Metrics) float64 { return m.Test["rmse"].High - m.Test["rmse"].Low }
	rows, _ := measure(partition.DefaultSplit())
	assert.Equal(t, "resampling 600 rows", rows.Resampling())

	grouped, p := measure(partition.Split{Kind: "group", Strategy: &partition.Group{Column: "town"}})
	assert.Equal(t, "resampling 60 groups by town", grouped.Resampling())
	assert.Greater(t, wide(grouped), 1.5*wide(rows))
	assert.Contains(t, p.Read(results.CandidateCard), "resampling 60 groups by town")
	var d results.Decision
	require.NoError(t, results.Read(p.Path(results.DecisionOut), &d))
	assert.Equal(t, 60, d.Against[0].Difference.Units)

	timed, _ := measure(partition.Split{Kind: "time", Strategy: &partition.Time{Column: "town", TestSize: 0.5}})
	assert.Equal(t, "blocks of time", timed.Test["rmse"].Kind)
	assert.Greater(t, wide(timed), 1.2*wide(rows))

	test = test.Slice(0, 60)
	few, p := measure(partition.Split{Kind: "group", Strategy: &partition.Group{Column: "town"}})
	assert.False(t, few.Test["rmse"].Bounded())
	assert.Contains(t, p.Read(results.CandidateCard), "none: too few groups by town: 6, and it takes 10")
}
