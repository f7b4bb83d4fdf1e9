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
	p := stagetest.New(t)
	rng := rand.New(rand.NewPCG(1, 2))
	train, test := modeltest.Friedman(600, rng), modeltest.Friedman(300, rng)
	change(test)
	modeltest.SaveRows(t, train, p.Path(results.Train))
	modeltest.SaveRows(t, test, p.Path(results.Test))
	training, err := results.Marshal(results.Training{Task: "regression", Target: "y", Estimator: "ridge", Metric: "rmse", Rows: 600})
	require.NoError(t, err)
	p.Write(results.TrainingOut, string(training))
	m := modeltest.Fit(t, "seed: 1\nremainder: passthrough\nintervals: {method: none}\nestimator: ridge", train)
	require.NoError(t, m.TakeProfile(train, &model.HeldOut{}))
	seen := must.Get(partition.Plan{Split: partition.DefaultSplit()}.Seen(train))(t)
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
