package diff

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/stage"
	"example.com/engine/stage/stagetest"
	"example.com/engine/table"
)

// bench is a work folder with models and test rows.
type bench struct {
	*stagetest.Place
	t *testing.T
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{stagetest.New(t), t}
	b.Write(results.Test, "x,z,y\n"+lines(200, 7))
	b.Write(results.Train, "x,z,y\n"+lines(50, 8))
	return b
}

// lines are rows of y = 3 x with noise; z counts for nothing.
func lines(n int, seed uint64) string {
	rng := rand.New(rand.NewPCG(1, seed))
	var b bytes.Buffer
	for range n {
		x := rng.Float64()
		fmt.Fprintf(&b, "%g,%g,%g\n", x, rng.Float64(), 3*x+0.1*rng.NormFloat64())
	}
	return b.String()
}

// fit puts a model at the places and returns its digest.
func (b *bench) fit(text string, more []schema.Column, places ...string) string {
	b.t.Helper()
	r := model.Recipe{Config: model.DefaultConfig()}
	require.NoError(b.t, config.Parse("model.yaml", []byte("remainder: passthrough\nintervals: {method: none}\n"+text), &r.Config))
	r.Schema = schema.Schema{Target: "y", Columns: append([]schema.Column{{Name: "x", Type: schema.Number}}, append(more, schema.Column{Name: "y", Type: schema.Number, Unit: "EUR"})...)}
	train := b.Path(results.Train)
	rows := must.Get(table.ReadFile(train, table.Options{Fields: r.Schema.Fields()}))(b.t)
	m := must.Get(r.Fit(context.Background(), rows))(b.t)
	m.Trained.SHA256 = must.Get(stage.Digest(train))(b.t)
	for _, place := range places {
		modeltest.Save(b.t, m, b.Path(place))
	}
	digest := must.Get(stage.Digest(b.Path(places[0])))(b.t)
	return digest
}

func (b *bench) run(f flags) (status int, out, errs string) {
	b.t.Helper()
	var printed bytes.Buffer
	status = b.Run("diff", func(s *stage.Stage) error { return run(s, f, &printed) })
	return status, b.Stdout + printed.String(), b.Stderr
}

func TestDifferentModels(t *testing.T) {
	b := newBench(t)
	b.fit("estimator: {ridge: {alpha: 50}}", nil, results.Champion)
	z := []schema.Column{{Name: "z", Type: schema.Number}}
	b.fit("estimator: {ridge: {alpha: 0.5}}", z, results.Candidate)
	status, out, errs := b.run(flags{})
	require.Zero(t, status, errs)
	assert.Regexp(t, `estimator\.ridge\.alpha +50 +0\.5\n`, out)
	assert.Regexp(t, `training rows +50 +50\n`, out)
	assert.Regexp(t, `SHA-256 +[0-9a-f]{12} +[0-9a-f]{12} +the same\n`, out)
	assert.Regexp(t, `features +1 +2 +differ\n`, out)
	assert.Regexp(t, `column z +– +number\n`, out)
	assert.Contains(t, out, "200 test rows")
	assert.Regexp(t, `rmse \(EUR\) +0\.\d+ +0\.\d+ +-0\.\d+ +-0\.\d+ to -0\.\d+ +better\n`, out)
	assert.Regexp(t, `r2 +0\.\d+ +0\.\d+ +\+0\.\d+ .* better\n`, out)
	assert.Regexp(t, `0 % are the same; the mean distance is 0\.\d+ EUR; the furthest:\n +row \d+ `, out)

	_, other, _ := b.run(flags{a: "candidate", b: "champion"})
	assert.Regexp(t, `rmse \(EUR\) .* worse\n`, other)
	_, again, _ := b.run(flags{})
	assert.Equal(t, out, again)
}

func TestKindsOfEstimatorsAreToldByWhatIsNotUsual(t *testing.T) {
	b := newBench(t)
	b.fit("estimator: {ridge: {alpha: 1}}", nil, results.Champion)
	b.fit("estimator: {gradient_boosting_regressor: {max_iter: 7}}", nil, results.Candidate)
	_, out, _ := b.run(flags{})
	assert.Regexp(t, `estimator +ridge +gradient_boosting_regressor\n`, out)
	assert.Regexp(t, `estimator\.gradient_boosting_regressor\.max_iter +– +7\n`, out)
	assert.NotContains(t, out, "learning_rate")
	assert.NotContains(t, out, "ridge.alpha")
}

func TestTheChampionIsComparedWithTheOneBefore(t *testing.T) {
	b := newBench(t)
	first := b.fit("estimator: {ridge: {alpha: 50}}", nil, results.Champion)
	second := b.fit("estimator: {ridge: {alpha: 0.5}}", nil, results.Candidate, results.Champion)
	status, out, _ := b.run(flags{})
	assert.Zero(t, status)
	assert.Contains(t, out, "are the same model, "+second[:12]+", and no other was champion before it")

	b.fit("estimator: {ridge: {alpha: 50}}", nil, "models/history/"+first+".zip")
	events, err := results.Marshal([]results.Event{{Action: "promote", Champion: first}, {Action: "promote", Champion: second}})
	require.NoError(t, err)
	b.Write(results.History, string(events))
	_, out, _ = b.run(flags{})
	assert.Contains(t, out, "champion before "+first[:12])
	assert.Regexp(t, `estimator\.ridge\.alpha +50 +0\.5\n`, out)
	_, out, _ = b.run(flags{a: first[:8]})
	assert.Regexp(t, `estimator\.ridge\.alpha +50 +0\.5\n`, out)
}

func TestModelsThatCantBeCompared(t *testing.T) {
	b := newBench(t)
	b.fit("estimator: ridge", nil, results.Champion)
	b.fit("estimator: ridge", []schema.Column{{Name: "z", Type: schema.Number}}, results.Candidate)
	b.Write(results.Test, "x,y\n0.5,1.5\n")
	status, out, errs := b.run(flags{})
	require.Zero(t, status, errs)
	assert.Contains(t, out, "The candidate can't answer for the test rows")

	require.NoError(t, os.Remove(b.Path(results.Test)))
	_, out, _ = b.run(flags{})
	assert.Contains(t, out, "There are no test rows")

	b.Write(results.Test, "x,z,y\n"+lines(30, 3))
	b.Write(results.Train, "x,z,y\n"+lines(30, 4))
	_, out, _ = b.run(flags{})
	assert.Contains(t, out, "was trained on other rows than the present training rows")
}

func TestNamesOfModels(t *testing.T) {
	b := newBench(t)
	b.fit("estimator: ridge", nil, results.Candidate, "other.zip")
	for name, why := range map[string]string{
		"champion": "there is no champion yet: `make all` makes one",
		"ffff":     `no model or run is called "ffff"`,
		"*":        `"*" is no name of a model`,
	} {
		status, _, errs := b.run(flags{a: name})
		assert.Equal(t, 1, status)
		assert.Contains(t, errs, why)
	}
	status, _, errs := b.run(flags{a: filepath.Join(b.Work, "other.zip")})
	assert.Zero(t, status, errs)
}
