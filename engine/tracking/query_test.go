package tracking

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// toyRuns are three runs: two estimators, one of them without a test score.
func toyRuns() []*Run {
	run := func(id, estimator, alpha string, at int, rmse ...float64) *Run {
		r := &Run{ID: id, Kind: "training", Name: estimator + " " + id[:2], Status: Finished, Started: time.Date(2026, 1, at, 8, 0, 0, 0, time.UTC)}
		p := Part{Stage: "train", Params: map[string]string{"estimator": estimator, "drift.alpha": "0.01"}, Tags: map[string]string{TagMetric: "rmse", TagModel: "sum" + id, "lineage.train.program": id}}
		if alpha != "" {
			p.Params["estimator.ridge.alpha"] = alpha
		}
		p.Add("cv/rmse", 70000+float64(at))
		r.Set(p)
		for _, v := range rmse {
			e := Part{Stage: "evaluate"}
			e.Add("test/rmse", v)
			r.Set(e)
		}
		return r
	}
	return []*Run{run("aa11", "ridge", "10", 1, 69000.4), run("bb22", "ridge", "9", 2, 68000), run("bc33", "lasso", "", 3)}
}

func ids(runs []*Run) string {
	var all []string
	for _, r := range runs {
		all = append(all, r.ID)
	}
	return strings.Join(all, " ")
}

func TestSort(t *testing.T) {
	check := func(by, want string) {
		t.Helper()
		got := must.Get(Sort(toyRuns(), by))(t)
		assert.Equal(t, want, ids(got), by)
	}
	check("rmse", "bb22 aa11 bc33") // test/rmse; who has none is last
	check("-rmse", "aa11 bb22 bc33")
	check("cv/rmse", "aa11 bb22 bc33")
	check("alpha", "bb22 aa11 bc33") // as numbers, 9 before 10
	check("-started", "bc33 bb22 aa11")
	check("estimator", "bc33 aa11 bb22")

	_, err := Sort(toyRuns(), "rmsle")
	assert.ErrorContains(t, err, `"rmsle": there are cv/rmse, drift.alpha, estimator,`)
}

func TestFilter(t *testing.T) {
	check := func(conditions, want string) {
		t.Helper()
		got := must.Get(Filter(toyRuns(), conditions))(t)
		assert.Equal(t, want, ids(got), conditions)
	}
	check("", "aa11 bb22 bc33")
	check("estimator=ridge", "aa11 bb22")
	check("estimator!=ridge", "bc33")
	check("alpha!=10", "bb22 bc33")
	check("estimator~ass", "bc33")
	check("rmse<69000.4", "bb22")
	check("rmse<=69000.4", "aa11 bb22")
	check("rmse>68000", "aa11")
	check("alpha>=9 alpha<10", "bb22")
	check("alpha=10.0", "aa11") // numbers by value
	check("rmse>1e9", "")

	for _, c := range []string{"rmse", "<3", "rmse 3"} {
		_, err := Filter(toyRuns(), c)
		assert.ErrorContains(t, err, "write a name", c)
	}
	assert.Equal(t, []string{"rmse", "estimator"}, Names("rmse<3 estimator~x"))
}

func TestFind(t *testing.T) {
	r := must.Get(Find(toyRuns(), "aa"))(t)
	assert.Equal(t, "aa11", r.ID)
	_, err := Find(toyRuns(), "b")
	assert.ErrorContains(t, err, "several runs are named \"b\": bb22, bc33")
	_, err = Find(toyRuns(), "x")
	assert.ErrorContains(t, err, "no run is named \"x\": there are aa11, bb22, bc33")
	_, err = Find(nil, "x")
	assert.ErrorContains(t, err, "make all")
}

func TestList(t *testing.T) {
	var b strings.Builder
	require.NoError(t, List(&b, toyRuns(), "sumbb22", "alpha"))
	lines := strings.Split(b.String(), "\n")
	assert.Equal(t, []string{"run", "started", "name", "status", "test/rmse", "cv/rmse", "estimator.ridge.alpha"}, strings.Fields(lines[0]))
	assert.Contains(t, lines[1], "ridge aa  finished  69,000     70,001   10")
	assert.NotContains(t, lines[1], "champion")
	assert.Regexp(t, `bb22 .* 68,000 +70,002 +9 +champion`, lines[2])
}

func TestCompare(t *testing.T) {
	runs := toyRuns()
	var b strings.Builder
	require.NoError(t, Compare(&b, runs[0], runs[1]))
	out := b.String()
	assert.Regexp(t, `estimator.ridge.alpha +10 +9`, out)
	assert.Regexp(t, `test/rmse +69,000 +68,000 +-1,000`, out)
	assert.Regexp(t, `cv/rmse +70,001 +70,002 +\+1`, out)
	assert.NotContains(t, out, "estimator ", "what is equal is left out")
	assert.NotContains(t, out, "lineage")
	b.Reset()
	require.NoError(t, Compare(&b, runs[1], runs[2]))
	assert.Regexp(t, `test/rmse +68,000 +– *\n`, b.String())
	assert.Regexp(t, `estimator +ridge +lasso`, b.String())
}
