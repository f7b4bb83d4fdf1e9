package tracking

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

func sum(data string) string {
	s := sha256.Sum256([]byte(data))
	return hex.EncodeToString(s[:])
}

// artifact puts a file into the work folder as a stage does: by renaming.
func artifact(t *testing.T, work, name, data string) Artifact {
	t.Helper()
	path := filepath.Join(work, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path+".new", []byte(data), 0o644))
	require.NoError(t, os.Rename(path+".new", path))
	return Artifact{Path: filepath.Base(name), From: name, SHA256: sum(data), Bytes: int64(len(data))}
}

func TestStore(t *testing.T) {
	work := t.TempDir()
	s := NewStore(work)
	r := must.Get(s.Load("aa11"))(t)
	assert.Nil(t, r)

	for _, r := range toyRuns() {
		require.NoError(t, s.Save(r))
	}
	r = must.Get(s.Load("bb22"))(t)
	assert.Equal(t, toyRuns()[1].Metrics(), r.Metrics())
	assert.Equal(t, toyRuns()[1].Params(), r.Params())

	// A damaged file is named, and does not hide the others.
	require.NoError(t, os.WriteFile(filepath.Join(work, Dir, "cc44.json"), []byte("{"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(work, Dir, "dd55.json"), []byte(`{"format": 2, "id": "dd55"}`), 0o644))
	runs, err := s.Runs()
	assert.Equal(t, "aa11 bb22 bc33", ids(runs))
	assert.ErrorContains(t, err, "cc44.json")
	assert.ErrorContains(t, err, "format 2")
}

// An artifact is there when another file took its place, until enough runs came
// after it.
func TestKeep(t *testing.T) {
	work := t.TempDir()
	s := NewStore(work)
	var runs []*Run
	var kept []Artifact
	for i := range keptRuns + 2 {
		a := artifact(t, work, "reports/map.png", "picture "+strconv.Itoa(i))
		require.NoError(t, s.Keep(a))
		require.NoError(t, s.Keep(a))
		runs = append(runs, &Run{Parts: []Part{{Artifacts: []Artifact{a}}}})
		kept = append(kept, a)
	}
	data := must.Get(os.ReadFile(s.File(kept[0].SHA256)))(t)
	assert.Equal(t, "picture 0", string(data))

	require.NoError(t, s.Prune(runs))
	assert.NoFileExists(t, s.File(kept[1].SHA256))
	assert.FileExists(t, s.File(kept[2].SHA256))
	assert.FileExists(t, filepath.Join(work, "reports/map.png"))

	wrong := kept[0]
	assert.ErrorContains(t, s.Keep(wrong), "reports/map.png is not what its stage made")
}

func TestSet(t *testing.T) {
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	r := &Run{Ended: at(1)}
	p := Part{Stage: "clean", Ended: at(5), Params: map[string]string{"a": "1", "b": "2"}, Tags: map[string]string{}}
	p.Add("x", 1)
	p.Add("nan", math.NaN())
	p.Add("inf", math.Inf(1))
	r.Set(p)
	assert.Equal(t, map[string]float64{"x": 1}, r.Metrics())
	assert.Equal(t, at(5), r.Ended)

	// Done again with another setting: parameters stay, the change is told.
	r.Set(Part{Stage: "clean", Ended: at(3), Params: map[string]string{"a": "7", "b": "2", "c": "3"}, Tags: map[string]string{}})
	assert.Len(t, r.Parts, 1)
	assert.Equal(t, map[string]string{"a": "1", "b": "2", "c": "3"}, r.Params())
	assert.Equal(t, map[string]string{"changed.a": "7"}, r.Tags())
	assert.Equal(t, at(5), r.Ended)
}

func TestStep(t *testing.T) {
	assert.Equal(t, int64(2), Metric{Values: []float64{1, 2, 3}}.Step(2))
	assert.Equal(t, int64(900), Metric{Values: []float64{1, 2}, Steps: []int64{100, 900}}.Step(1))
}

// Settings stand under the paths that a person writes in the file.
func TestFlatten(t *testing.T) {
	check := func(prefix, config string, want map[string]string) {
		t.Helper()
		got := must.Get(Flatten(prefix, json.RawMessage(config)))(t)
		assert.Equal(t, want, got)
	}
	check("", `{"seed": 42, "tol": 1e-7, "big": 20000000000, "clip": true, "metric": "", "none": null}`,
		map[string]string{"seed": "42", "tol": "1e-7", "big": "20000000000", "clip": "true"})
	check("", `{"estimator": {"kind": "ridge", "state": {"alpha": 1.5, "coef": null}}}`,
		map[string]string{"estimator": "ridge", "estimator.ridge.alpha": "1.5"})
	check("", `{"columns": [{"name": "numbers", "columns": ["a", "b<c"], "pattern": "", "steps": [
			{"kind": "log", "state": {"in": null}}, {"kind": "log", "state": {"plus_one": true}}]}]}`,
		map[string]string{
			"columns.numbers.columns": `["a","b<c"]`, "columns.numbers.steps": "log, log",
			"columns.numbers.steps.log_2.plus_one": "true",
		})
	check("features", `{"derive": [{"ratio": {"name": "r", "numerator": "a"}}, {"log": {"of": "a"}}], "split": {"random": {}}}`,
		map[string]string{
			"features.derive.r": `{"ratio":{"name":"r","numerator":"a"}}`, "features.derive.1": `{"log":{"of":"a"}}`,
			"features.split": "random",
		})
	check("features", `{"split": {"stratified": {"bins": [1.5, 3], "column": "x"}}, "derive": []}`,
		map[string]string{"features.split.stratified.bins": "[1.5,3]", "features.split.stratified.column": "x"})

	assert.ErrorContains(t, must.Err(Flatten("data", json.RawMessage(`{`))), "the settings of data")
}

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

	assert.ErrorContains(t, must.Err(Sort(toyRuns(), "rmsle")), `"rmsle": there are cv/rmse, drift.alpha, estimator,`)
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
		assert.ErrorContains(t, must.Err(Filter(toyRuns(), c)), "write a name", c)
	}
	assert.Equal(t, []string{"rmse", "estimator"}, Names("rmse<3 estimator~x"))
}

func TestFind(t *testing.T) {
	r := must.Get(Find(toyRuns(), "aa"))(t)
	assert.Equal(t, "aa11", r.ID)
	assert.ErrorContains(t, must.Err(Find(toyRuns(), "b")), "several runs are named \"b\": bb22, bc33")
	assert.ErrorContains(t, must.Err(Find(toyRuns(), "x")), "no run is named \"x\": there are aa11, bb22, bc33")
	assert.ErrorContains(t, must.Err(Find(nil, "x")), "make all")
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
