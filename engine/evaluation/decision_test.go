package evaluation

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/claimtest"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/partition"
	"example.com/engine/promotion"
	"example.com/engine/results"
	"example.com/engine/table"
)

func recipe(t *testing.T, seed uint64, estimator string) model.Recipe {
	t.Helper()
	text := "seed: %d\nremainder: passthrough\nintervals: {method: none}\nevaluation: {bootstrap: {resamples: 200}}\nestimator: %s"
	return modeltest.Recipe(t, fmt.Sprintf(text, seed, estimator), modeltest.Friedman(0, nil))
}

// trained is what the stage train makes. Folds are those of the seed.
func trained(t *testing.T, r model.Recipe, rows *table.Table, folds uint64) *model.Model {
	t.Helper()
	split := r
	split.Config.Seed = folds
	parts := must.Get(split.Folds(rows))(t)
	cv := must.Get(r.CrossValidate(context.Background(), rows, parts, []metrics.Metric{rmse(t)}, func() {}))(t)
	m := must.Get(r.Fit(context.Background(), rows))(t)
	m.Trained.Folds = model.NewFoldScores(cv, parts, "rmse")
	return m
}

func rmse(t *testing.T) metrics.Metric {
	t.Helper()
	return must.Get(metrics.Lookup("rmse"))(t)
}

// gate is a work folder in which models are champion in turn.
type gate struct {
	t    *testing.T
	work string
	h    *promotion.History
	seen *partition.Seen // by the candidate, and by who is crowned without another
}

// newGate is one for models of the rows.
func newGate(t *testing.T, rows *table.Table) *gate {
	t.Helper()
	seen := must.Get(partition.Plan{Split: partition.DefaultSplit()}.Seen(rows))(t)
	g := &gate{t: t, work: t.TempDir(), seen: seen}
	g.h = must.Get(promotion.Open(g.work))(t)
	return g
}

// place puts a model in the candidate's place, and returns it with its digest.
func (g *gate) place(m *model.Model, seen *partition.Seen) *model.Model {
	g.t.Helper()
	m = modeltest.Save(g.t, m, filepath.Join(g.work, results.Candidate))
	units := must.Get(seen.Encode(m.Digest()))(g.t)
	require.NoError(g.t, os.WriteFile(filepath.Join(g.work, results.CandidateSeen), units, 0o600))
	return m
}

// crown makes a model champion that learned from what the candidate did.
func (g *gate) crown(m *model.Model) *gate { return g.crownSeen(m, g.seen) }

func (g *gate) crownSeen(m *model.Model, seen *partition.Seen) *gate {
	g.t.Helper()
	g.place(m, seen)
	must.Get(g.h.Force("a test"))(g.t)
	return g
}

// judge is what the stage evaluate decides.
func (g *gate) judge(cfg model.Config, candidate *model.Model, test *table.Table) results.Decision {
	g.t.Helper()
	cfg.Metric = "rmse"
	candidate = g.place(candidate, g.seen)
	if candidate.Task != model.Regression {
		cfg.Metric = "log_loss"
	}
	e := must.Get(New(candidate, test, cfg, g.seen))(g.t)
	d := must.Get(e.Decide(context.Background(), g.h))(g.t)
	return d
}

// contest trains two models on the same rows and judges the second against the
// first.
func contest(t *testing.T, run uint64, champion, candidate string, sameFolds bool) results.Decision {
	t.Helper()
	rng := rand.New(rand.NewPCG(run, 5))
	rows, test := modeltest.Friedman(150, rng), modeltest.Friedman(1000, rng)
	one, two := recipe(t, 2*run, champion), recipe(t, 2*run+1, candidate)
	folds := two.Config.Seed
	if sameFolds {
		folds = one.Config.Seed
	}
	g := newGate(t, rows).crown(trained(t, one, rows, one.Config.Seed))
	return g.judge(two.Config, trained(t, two, rows, folds), test)
}

// contests runs many, each on rows of its own.
func contests(t *testing.T, runs int, champion, candidate string, sameFolds bool) []results.Decision {
	t.Helper()
	decisions := make([]results.Decision, runs)
	var wg sync.WaitGroup
	for half := range 2 {
		wg.Go(func() {
			for run := half; run < runs; run += 2 {
				decisions[run] = contest(t, uint64(run), champion, candidate, sameFolds)
			}
		})
	}
	wg.Wait()
	return decisions
}

func share(decisions []results.Decision, is func(results.Decision) bool) float64 {
	n := 0.0
	for _, d := range decisions {
		if is(d) {
			n++
		}
	}
	return n / float64(len(decisions))
}

// A forest of few trees, where luck in training matters.
const lucky = "{extra_trees_regressor: {n_estimators: 3, max_features: 1}}"

func isBetter(d results.Decision) bool { return d.Promote && strings.HasPrefix(d.Reason, "better") }

func isBetterByRows(d results.Decision) bool {
	return len(d.Against) > 1 && d.Against[1].Difference.High < 0
}

func isPromoted(d results.Decision) bool { return d.Promote }

// A candidate that is the same model with another seed is promoted as better
// in at most 5 % of runs, though by the test rows alone it would be in far more.
func TestClaimAnotherSeed(t *testing.T) {
	runs := claimtest.Runs(30, 400)
	same, other := contests(t, runs, lucky, lucky, true), contests(t, runs, lucky, lucky, false)
	most := 0.05 + 3*math.Sqrt(0.05*0.95/float64(runs))
	claimtest.Within(t, "another seed on the same folds called better", share(same, isBetter), 0, most, runs)
	claimtest.Within(t, "another seed on other folds called better", share(other, isBetter), 0, most, runs)
	claimtest.Within(t, "it would be by the test rows alone", share(same, isBetterByRows), 0.1, 1, runs)
}

// A candidate that is much better is found to be.
func TestABetterModelIsBetter(t *testing.T) {
	const forest = "{extra_trees_regressor: {n_estimators: 20}}"
	assert.GreaterOrEqual(t, share(contests(t, 10, lucky, forest, true), isBetter), 0.7)
	assert.Zero(t, share(contests(t, 6, forest, lucky, true), isPromoted))
}

func TestDecisions(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 5))
	rows, test := modeltest.Friedman(300, rng), modeltest.Friedman(300, rng)
	ridge := recipe(t, 1, "ridge")
	cfg := ridge.Config
	good := trained(t, ridge, rows, 1)
	near := trained(t, recipe(t, 1, "{ridge: {alpha: 1.001}}"), rows, 1)
	dummy := trained(t, recipe(t, 1, "dummy"), rows, 1)
	poor := trained(t, recipe(t, 1, "{ridge: {alpha: 200}}"), rows, 1)

	for name, c := range map[string]struct {
		candidate, champion *model.Model
		promote             bool
		reason              string
	}{
		"the first":          {good, nil, true, "the first champion"},
		"no use":             {dummy, nil, false, "not better than the baseline: rmse"},
		"itself":             {good, good, false, "is the champion already"},
		"as good":            {near, good, true, "not worse than the champion: rmse"},
		"worse":              {poor, good, false, "worse than the champion: rmse"},
		"better":             {good, poor, true, "better than the champion: rmse"},
		"better, but hardly": {good, near, true, "not worse than the champion"},
	} {
		g := newGate(t, rows)
		if c.champion != nil {
			g.crown(c.champion)
		}
		d := g.judge(cfg, c.candidate, test)
		assert.Equal(t, c.promote, d.Promote, "%s: %s", name, d.Reason)
		assert.Contains(t, d.Reason, c.reason, name)
	}
	// A few test rows do not prove it, and the likelier one is used all the same.
	weak := trained(t, recipe(t, 1, "{extra_trees_regressor: {n_estimators: 1, max_features: 1}}"), rows, 1)
	few := newGate(t, rows).judge(cfg, weak, test.Slice(0, 20))
	assert.True(t, few.Promote, few.Reason)
	assert.Contains(t, few.Reason, "the first champion, better than the baseline, which 20 test rows do not prove: rmse")
	assert.False(t, few.Against[0].Better)
	cfg.Evaluation.BeatBaseline = false
	d := newGate(t, rows).judge(cfg, dummy, test)
	assert.True(t, d.Promote, d.Reason)
	assert.Contains(t, d.Reason, "the first champion, though not better than the baseline: rmse")
	assert.False(t, newGate(t, rows).crown(good).judge(cfg, poor, test).Promote, "the champion is to be met all the same")
}

// Champions of older files hold no fold scores: then an improvement counts from
// the margin on.
func TestWithoutFoldScores(t *testing.T) {
	rmse := rmse(t)
	c := results.Challenge{Margin: 1, Difference: metrics.Difference{Interval: metrics.Interval{Estimate: -0.9, Low: -1.1, High: -0.7}}}
	assert.False(t, better(c, rmse))
	c.Difference.Estimate = -1.05
	assert.True(t, better(c, rmse))
	c.Difference.High = 0.1
	assert.False(t, better(c, rmse))
}

// The numbers are those of scipy 1.17.1: t.ppf(0.975, 4) * sqrt(0.45 * var).
func TestCompareTrainings(t *testing.T) {
	of := func(folds *model.FoldScores) model.Provenance { return model.Provenance{SHA256: "rows", Folds: folds} }
	a := of(&model.FoldScores{Metric: "rmse", Scores: []float64{1, 2, 3, 4, 5}, SHA256: "x", Ratio: 0.25})
	b := of(&model.FoldScores{Metric: "rmse", Scores: []float64{2, 3, 5, 5, 7}, SHA256: "x", Ratio: 0.25})
	paired := compareTrainings(a, b, "rmse", 0.95)
	assert.True(t, paired.Paired)
	assert.InDelta(t, -1.4, paired.Estimate, 1e-12)
	assert.InDelta(t, -1.4+2.7764451051977987*math.Sqrt(0.45*0.3), paired.High, 1e-9)

	for _, change := range []func(){func() { b.SHA256 = "other rows" }, func() { b.SHA256, b.Folds.SHA256 = "rows", "y" }} {
		change()
		apart := compareTrainings(a, b, "rmse", 0.95)
		assert.False(t, apart.Paired)
		assert.InDelta(t, -1.4+2.7764451051977987*math.Sqrt(0.45*2.5+0.45*3.8), apart.High, 1e-9)
	}
	assert.Nil(t, compareTrainings(a, of(nil), "rmse", 0.95))
	assert.Nil(t, compareTrainings(a, b, "mae", 0.95))
}
