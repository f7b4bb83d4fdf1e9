package evaluation

import (
	"math"
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
	"example.com/engine/partition"
	"example.com/engine/results"
	"example.com/engine/table"
)

// towns draws rows of a linear target, or of classes of it, in the towns a and b, of
// which the last few are in c.
func towns(n, last int, target string, rng *rand.Rand) *table.Table {
	x, y, town, class := make([]float64, n), make([]float64, n), make([]string, n), make([]string, n)
	for i := range n {
		x[i] = rng.Float64()
		town[i] = string(rune('a' + i%2))
		if i >= n-last {
			town[i] = "c"
		}
		y[i] = 3*x[i] + float64(i%2) + rng.NormFloat64()/2
		class[i] = "low"
		if y[i] > 2 {
			class[i] = "high"
		}
		if i >= n-last {
			class[i] = "odd"
		}
	}
	if target == "class" {
		return table.Must(table.Floats("x", x), table.Categories("class", class))
	}
	return table.Must(table.Floats("x", x), table.Categories("town", town), table.Floats(target, y))
}

// fitted trains on rows: strictly, towns that it lacks have no answer.
func fitted(t *testing.T, rows *table.Table, strict bool, estimator string) *model.Model {
	t.Helper()
	unknown := "ignore"
	if strict {
		unknown = "error"
	}
	columns := "columns: [{columns: [x], steps: [passthrough]}, {columns: [town], steps: [one_hot_encoder: {handle_unknown: " + unknown + "}]}]"
	if rows.Column("town") == nil {
		columns = "remainder: passthrough"
	}
	return modeltest.Fit(t, columns+"\nintervals: {method: none}\nevaluation: {bootstrap: {resamples: 200}}\n"+estimator, rows)
}

func seenBy(t *testing.T, rows *table.Table, split string) *partition.Seen {
	t.Helper()
	p := partition.Plan{Split: partition.DefaultSplit()}
	if split != "" {
		require.NoError(t, config.Parse("features.yaml", []byte(split), &p.Split))
	}
	return must.Get(p.Seen(rows))(t)
}

func defaults() model.Config {
	cfg := model.DefaultConfig()
	cfg.Evaluation.Bootstrap.Resamples = 200
	return cfg
}

// A champion that has no answer for a few of the rows is compared on the others, and a
// worse candidate does not take its place for that. Nor is one promoted that has none
// where the champion has.
func TestRowsWithoutAnAnswer(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	before, now, test := towns(300, 0, "y", rng), towns(400, 30, "y", rng), towns(300, 5, "y", rng)
	good := fitted(t, before, true, "estimator: ridge")
	poor := fitted(t, now, true, "estimator: {ridge: {alpha: 400}}")
	g := newGate(t, now).crownSeen(good, seenBy(t, before, ""))
	d := g.judge(defaults(), poor, test)
	assert.False(t, d.Promote, d.Reason)
	assert.Contains(t, d.Reason, "worse than the champion: rmse")
	assert.Contains(t, d.Reason, "on 295 test rows, without 5 where the champion has no answer")
	assert.Equal(t, 295, d.Against[1].Rows)
	assert.Equal(t, []results.LeftOut{{Rows: 5, Why: "the champion has no answer"}}, d.Against[1].LeftOut)

	better := g.judge(defaults(), fitted(t, now, true, "estimator: ridge"), test)
	assert.True(t, better.Promote, better.Reason)

	// The other way round, and both ways.
	g = newGate(t, before).crownSeen(poor, seenBy(t, now, ""))
	d = g.judge(defaults(), good, test)
	assert.False(t, d.Promote, "1.7 % of what the champion answers, the candidate would refuse: %s", d.Reason)
	assert.Contains(t, d.Reason, "it answers 5 more of the test rows than the candidate: ")
	assert.Contains(t, d.Reason, `column "town", row 296: `)
	d = g.judge(defaults(), good, test.Slice(0, 297))
	assert.True(t, d.Promote, d.Reason)
	assert.Contains(t, d.Reason, "on 295 test rows, without 2 where the candidate has no answer")
	d = newGate(t, before).crown(good).judge(defaults(), fitted(t, before, true, "estimator: {ridge: {alpha: 1.001}}"), test)
	assert.Contains(t, d.Reason, "on 295 test rows, without 5 where neither has an answer")
}

// The rows that the candidate has no answer for count in no metric, which is told, and
// predictions name the others by their number.
func TestEvaluationOfSomeRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	test := towns(100, 4, "y", rng).Take([]int{99, 0, 1, 98, 2, 3})
	e := must.Get(New(fitted(t, towns(300, 0, "y", rng), true, "estimator: ridge"), test, defaults(), nil))(t)
	assert.Contains(t, e.Unanswered(), "2 of 6 test rows count in no metric, since the model has no right answer for them: ")
	assert.Equal(t, []float64{1, 2, 4, 5}, must.Get(e.predictions())(t).Column("row").Floats)
	m := must.Get(e.Measure(t.Context()))(t)
	assert.Equal(t, []int{4, 2}, []int{m.Rows, m.Unanswered})
	require.ErrorContains(t, must.Err(New(e.Model, test.Take([]int{0, 3}), defaults(), nil)), "no row has an answer: ")
	assert.Empty(t, must.Get(New(e.Model, test.Take([]int{1}), defaults(), nil))(t).Unanswered())
}

// A class that one of the two does not know costs the rows of that class.
func TestClassesThatAreNew(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	before, now, test := towns(300, 0, "class", rng), towns(400, 40, "class", rng), towns(300, 10, "class", rng)
	const two, three = "task: binary\nestimator: logistic_regression", "task: multiclass\nestimator: logistic_regression"
	g := newGate(t, now).crownSeen(fitted(t, before, false, two), seenBy(t, before, ""))
	useless := fitted(t, now, false, "task: multiclass\nestimator: {logistic_regression: {c: 0.0001}}")
	d := g.judge(defaults(), useless, test)
	assert.False(t, d.Promote, d.Reason)
	assert.Contains(t, d.Reason, "on 290 test rows, without 10 where the champion does not know their class")

	g = newGate(t, before).crownSeen(fitted(t, now, false, three), seenBy(t, now, ""))
	for metric, task := range map[string]string{"log_loss": two, "accuracy": two, "f1": two, "roc_auc": two, "brier": two, "average_precision": two, "mcc": two, "balanced_accuracy": two} {
		cfg := defaults()
		cfg.Metric = metric
		m := g.place(fitted(t, before, false, task), g.seen)
		d := must.Get(must.Get(New(m, test, cfg, g.seen))(t).Decide(t.Context(), g.h))(t)
		require.Len(t, d.Against, 2, "%s: %s", metric, d.Reason)
		assert.Contains(t, d.Reason, "on 290 test rows, without 10 where the candidate does not know their class", metric)
	}
}

// Rows that one of the two learned from prove nothing: a champion that learned the test
// rows by heart is not compared on them.
func TestRowsThatTheChampionLearnedFrom(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	rows := towns(1000, 0, "y", rng)
	old, now, test := rows.Slice(0, 700), rows.Slice(0, 500), rows.Slice(500, 1000) // 200 of the test rows are old ones
	byHeart := "estimator: {extra_trees_regressor: {n_estimators: 5}}"
	fresh := fitted(t, now, false, "estimator: ridge")
	g := newGate(t, now).crownSeen(fitted(t, old, false, byHeart), seenBy(t, old, ""))
	d := g.judge(defaults(), fresh, test)
	assert.True(t, d.Promote, d.Reason)
	assert.Contains(t, d.Reason, "on 300 test rows, without 200 where the champion learned from them")
	all := g.judge(defaults(), fresh, test.Slice(0, 225))
	assert.False(t, all.Promote, all.Reason)
	assert.Contains(t, all.Reason, "25 test rows are too few, without 200 where the champion learned from them; it takes 30: `make promote FORCE=reason`")

	// A group that it learned from is left out whole; units count, not rows.
	g = newGate(t, now)
	g.seen = seenBy(t, now.Slice(0, 499).Take([]int{0, 2, 4}), "group: {column: town}")
	d = g.crown(fitted(t, old, false, byHeart)).judge(defaults(), fresh, test)
	assert.Contains(t, d.Reason, "250 test rows of 1 units are too few, without 250 where the champion learned from them")
}

// What can't be told keeps the champion, and says so.
func TestWhatCannotBeTold(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	now, test := towns(300, 0, "y", rng), towns(300, 0, "y", rng)
	fresh, poor := fitted(t, now, false, "estimator: ridge"), fitted(t, now, false, "estimator: {ridge: {alpha: 400}}")
	kept := func(g *gate, why string) {
		t.Helper()
		d := g.judge(defaults(), fresh, test)
		assert.False(t, d.Promote)
		assert.Empty(t, d.Reference)
		assert.Contains(t, d.Reason, "can't be compared with the champion (")
		assert.Contains(t, d.Reason, why)
		assert.Contains(t, d.Reason, "`make promote FORCE=reason`")
	}
	crowned := func(m *model.Model, seen *partition.Seen) (g *gate, kept, beside string) {
		g = newGate(t, now).crownSeen(m, seen)
		digest := must.Get(g.h.Champion())(t)
		return g, filepath.Join(g.work, "models/history", digest+".units"), filepath.Join(g.work, results.ChampionSeen)
	}
	same := seenBy(t, now, "")

	g, file, beside := crowned(poor, same)
	require.NoError(t, os.WriteFile(file, []byte("{}\n"), 0o600))
	assert.True(t, g.judge(defaults(), fresh, test).Promote, "the file beside the champion is whole")
	require.NoError(t, os.WriteFile(beside, []byte("{}\n"), 0o600))
	kept(g, "which test rows it learned from can't be told: ")
	kept(g, file+": not a file of the units that a model learned from")
	require.NoError(t, os.Remove(file))
	kept(g, "no such file")
	fresh.Trained.SHA256, poor.Trained.SHA256 = "same", "same"
	g, file, beside = crowned(poor, same)
	require.NoError(t, os.Remove(file))
	require.NoError(t, os.Remove(beside))
	assert.True(t, g.judge(defaults(), fresh, test).Promote, "it learned from the same rows")
	fresh.Trained.SHA256 = "another"

	g, _, _ = crowned(poor, seenBy(t, now, "group: {column: town}"))
	kept(g, "the split keeps equal rows together, and kept rows of one town then")
	wider := must.Get(now.With(table.Floats("gone", make([]float64, now.Len()))))(t)
	g, _, _ = crowned(poor, seenBy(t, wider, ""))
	kept(g, `rows had a column "gone" of kind number then`)
	g, _, _ = crowned(fitted(t, towns(300, 0, "price", rng), false, "estimator: ridge"), same)
	kept(g, `it predicts "price", and the candidate "y"`)
	g, _, _ = crowned(poor, same)
	for _, path := range []string{results.Champion, results.Kept(must.Get(g.h.Champion())(t))} {
		require.NoError(t, os.WriteFile(filepath.Join(g.work, path), []byte("zip"), 0o600))
	}
	kept(g, "it can't be read: ")

	// Rows of another table are told.
	g, _, _ = crowned(poor, seenBy(t, towns(300, 0, "y", rng), ""))
	d := g.judge(defaults(), fresh, test)
	assert.True(t, d.Promote)
	assert.Contains(t, d.Reason, "; none of the training rows is one that the champion learned from, as if they were of another table")
}

// A difference without an interval, as of test rows of few independent stretches of
// time, proves neither that the candidate is worse nor that it is not.
func TestADifferenceWithoutAnInterval(t *testing.T) {
	x, y := make([]float64, 600), make([]float64, 600)
	rng := rand.New(rand.NewPCG(2, 3))
	for i := range x {
		x[i] = 3 * math.Sin(float64(i)/90)
		y[i] = 2*x[i] + rng.NormFloat64()/5
	}
	day := make([]float64, 600)
	for i := range day {
		day[i] = float64(i / 20) // of 15 days in the test, each owes much to the one before
	}
	rows := table.Must(table.Floats("x", x), table.Floats("day", day), table.Floats("y", y))
	now, test := rows.Slice(0, 300), rows.Slice(300, 600)
	fit := func(estimator string) *model.Model {
		return modeltest.Fit(t, "columns: [{columns: [x], steps: [passthrough]}]\nintervals: {method: none}\n"+estimator, now)
	}
	g := newGate(t, now)
	g.seen = seenBy(t, now, "time: {column: day, test_size: 0.5}")
	d := g.crown(fit("estimator: {ridge: {alpha: 400}}")).judge(defaults(), fit("estimator: ridge"), test)
	assert.False(t, d.Promote)
	assert.Regexp(t, `^can't be compared with the champion \(\w+\), the difference of rmse, \S+ against \S+ on 300 test rows, has no interval: `+
		"too few blocks of time: \\d, and it takes 10: `make promote FORCE=reason` makes it champion all the same$", d.Reason)
}

// The best champion so far is met as well, and becomes another one when a candidate is
// surely better.
func TestTheBestChampionSoFar(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	now, test := towns(300, 0, "y", rng), towns(2000, 0, "y", rng)
	step := func(alpha string) *model.Model {
		return fitted(t, now, false, "estimator: {ridge: {alpha: "+alpha+"}}")
	}
	g := newGate(t, now).crown(step("20"))
	first := g.h.Reference()
	carry := func(m *model.Model) results.Decision {
		t.Helper()
		d := g.judge(defaults(), m, test)
		must.Get(g.h.CarryOut(d))(t)
		return d
	}
	d := carry(step("1"))
	require.True(t, d.Promote, d.Reason)
	best := g.h.Reference()
	assert.Equal(t, d.Candidate, best, "surely better than the first")
	assert.NotEqual(t, first, best)

	asGood := func() results.Decision {
		t.Helper()
		for range 100 {
			m := fitted(t, towns(300, 0, "y", rng), false, "estimator: ridge")
			if d := g.judge(defaults(), m, test); d.Promote && d.Reference == best {
				return carry(m)
			}
		}
		t.Fatal("none of a hundred was as good")
		return d
	}
	assert.Len(t, asGood().Against, 2, "champion and best champion were one")
	assert.Equal(t, best, g.h.Reference())
	third := asGood()
	assert.Len(t, third.Against, 3)
	assert.Equal(t, "best champion", third.Against[2].Name)
	must.Get(g.h.Rollback())(t)
	must.Get(g.h.Rollback())(t)
	assert.Equal(t, best, g.h.Reference())
	must.Get(g.h.Rollback())(t)
	assert.Equal(t, first, g.h.Reference(), "of what was rolled back nothing is asked")
}
