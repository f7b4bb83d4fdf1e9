package tracking

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// project is a work folder with one finished run: two folds, a curve, a
// dataset and two artifacts.
func project(t *testing.T) (Store, *Run) {
	t.Helper()
	work := t.TempDir()
	at := time.UnixMilli(1_700_000_000_000).UTC()
	r := &Run{ID: "aa11", Kind: "training", Name: "ridge aa11", Status: Finished, Started: at, Ended: at}
	train := Part{
		Stage: "train", Record: "r1", Ended: at.Add(time.Second), Params: map[string]string{"seed": "42"},
		Tags:      map[string]string{"target": "price", "mlflow.source.git.commit": "c0ffee"},
		Metrics:   []Metric{{Key: "rounds/loss", Values: []float64{3, 2, 1}}},
		Datasets:  []Dataset{{Name: "train", Context: "training", Path: "train.csv", SHA256: sum("t"), Rows: 2, Columns: []Column{{"double", "x", true}}}},
		Artifacts: []Artifact{artifact(t, work, "models/candidate/model.zip", "weights")},
		Children:  []Child{{Name: "fold 1", Params: map[string]string{"fold": "1"}}, {Name: "fold 2", Failed: true}},
	}
	train.Children[0].Add("cv/rmse", 5)
	r.Set(train)
	plot := Part{Stage: "plot", Record: "r2", Ended: at.Add(3 * time.Second), Artifacts: []Artifact{artifact(t, work, "reports/figures/a map.png", "picture")}}
	plot.Add("system/plot/seconds", 2)
	r.Set(plot)
	s := NewStore(work)
	for _, p := range r.Parts {
		for _, a := range p.Artifacts {
			require.NoError(t, s.Keep(a))
		}
	}
	require.NoError(t, s.Save(r))
	return s, r
}

// trySend sends the run as its file has it, as a new process does.
func trySend(t *testing.T, f *fake, s Store, change func(*Settings)) error {
	t.Helper()
	r := must.Get(s.Load("aa11"))(t)
	c, _ := f.client(t, change)
	sender := Sender{Client: c, Store: s, Experiment: "housing", Warn: func(format string, args ...any) { t.Logf(format, args...) }}
	return sender.Send(context.Background(), r)
}

// whole checks that the server has all of the project's run, once.
func whole(t *testing.T, f *fake) {
	t.Helper()
	require.Len(t, f.runs, 3, "a run and its two folds")
	r := f.runs["run000"]
	assert.Equal(t, map[string]string{"housing": "1"}, f.experiments)
	assert.Equal(t, "ridge aa11 FINISHED 1700000000000 1700000003000", fmt.Sprint(r.Name, " ", r.Status, " ", r.Start, " ", r.End))
	assert.Equal(t, map[string]string{"seed": "42"}, r.Params)
	assert.Equal(t, map[string]string{
		"target": "price", "mlflow.source.git.commit": "c0ffee", "track.run": "aa11", "mlflow.runName": "ridge aa11",
		"lineage.train.record": "r1", "lineage.plot.record": "r2",
	}, r.Tags)
	assert.Equal(t, map[string]bool{
		"rounds/loss 3 at 1700000001000, step 0": true, "rounds/loss 2 at 1700000001000, step 1": true,
		"rounds/loss 1 at 1700000001000, step 2": true, "system/plot/seconds 2 at 1700000003000, step 0": true,
	}, r.Points)
	assert.Equal(t, map[string]bool{"training train " + sum("t")[:32]: true}, r.Datasets)
	assert.Equal(t, map[string]string{"1/run000/artifacts/model.zip": "weights", "1/run000/artifacts/a map.png": "picture"}, f.files)
	fold := f.runs["run001"]
	assert.Equal(t, "fold 1 FINISHED", fold.Name+" "+fold.Status)
	assert.Equal(t, "run000", fold.Tags["mlflow.parentRunId"])
	assert.Equal(t, map[string]bool{"cv/rmse 5 at 1700000001000, step 0": true}, fold.Points)
	assert.Equal(t, "fold 2 FAILED", f.runs["run002"].Name+" "+f.runs["run002"].Status)
}

func TestSend(t *testing.T) {
	f := newFake(t)
	s, _ := project(t)
	require.NoError(t, trySend(t, f, s, nil))
	whole(t, f)

	// What is there is not sent again, nor asked for.
	before := len(f.requests)
	require.NoError(t, trySend(t, f, s, nil))
	assert.Len(t, f.requests, before)

	// What comes later is sent alone.
	r := must.Get(s.Load("aa11"))(t)
	p := Part{Stage: "promote", Ended: r.Ended, Tags: map[string]string{"promotion": "promote"}}
	r.Set(p)
	require.NoError(t, s.Save(r))
	require.NoError(t, trySend(t, f, s, nil))
	assert.Equal(t, []string{"GET /api/2.0/mlflow/runs/get", "POST /api/2.0/mlflow/runs/log-batch"}, f.requests[before:])
	assert.Equal(t, "promote", f.runs["run000"].Tags["promotion"])
}

// Whatever request the process dies at, before or after it was done at the
// server, the next one completes the run, with nothing missing or doubled.
func TestSendAfterKill(t *testing.T) {
	undisturbed := newFake(t)
	s, _ := project(t)
	require.NoError(t, trySend(t, undisturbed, s, nil))
	once := func(st *Settings) { st.Retries = 0 }
	for k := range undisturbed.requests {
		for _, done := range []bool{true, false} {
			f := newFake(t)
			s, _ := project(t)
			if done {
				f.lost = func(n int) bool { return n >= k }
			} else {
				f.before = func(n int, _ http.ResponseWriter, _ *http.Request) bool {
					if n >= k {
						panic(http.ErrAbortHandler)
					}
					return false
				}
			}
			require.ErrorContains(t, trySend(t, f, s, once), "does not answer")
			f.mu.Lock()
			f.lost, f.before = nil, nil
			f.mu.Unlock()
			require.NoError(t, trySend(t, f, s, nil))
			whole(t, f)
			require.False(t, t.Failed(), "killed at request %d, %s, done %v", k, undisturbed.requests[k], done)
		}
	}
}

// An answer that gets lost on the way makes the client try again, and nothing
// double.
func TestSendWithLosses(t *testing.T) {
	f := newFake(t)
	f.lost = func(n int) bool { return n%2 == 0 }
	s, _ := project(t)
	require.NoError(t, trySend(t, f, s, func(st *Settings) { st.Retries = 10 }))
	whole(t, f)
}

func TestSendAttached(t *testing.T) {
	f := newFake(t)
	_, _ = f.createExperiment([]byte(`{"name": "theirs"}`), nil)
	_, _ = f.createRun([]byte(`{"experiment_id": "1", "run_name": "step"}`), nil)
	f.runs["run000"].Params["seed"] = "7"
	s, _ := project(t)
	attach := func(st *Settings) { st.RunID = "run000" }
	require.NoError(t, trySend(t, f, s, attach))
	r := f.runs["run000"]
	assert.Equal(t, "RUNNING", r.Status, "who began it ends it")
	assert.Equal(t, "step", r.Name)
	assert.Equal(t, "7", r.Params["seed"], "a parameter can't change")
	assert.Equal(t, map[string]string{"target": "price", "lineage.train.record": "r1", "lineage.plot.record": "r2"}, r.Tags, "name and source are the owner's")
	assert.Len(t, r.Points, 4)
	assert.Equal(t, "run000", f.runs["run001"].Tags["mlflow.parentRunId"])
	assert.Len(t, f.files, 2)

	// It is there once, and another run is another matter.
	before := len(f.requests)
	require.NoError(t, trySend(t, f, s, attach))
	assert.Len(t, f.requests, before)
	_, _ = f.createRun([]byte(`{"experiment_id": "1", "run_name": "next"}`), nil)
	require.NoError(t, trySend(t, f, s, func(st *Settings) { st.RunID = "run003" }))
	assert.Len(t, f.runs["run003"].Points, 4)

	err := trySend(t, f, s, func(st *Settings) { st.RunID = "nosuch" })
	assert.ErrorContains(t, err, `MLFLOW_RUN_ID is "nosuch", and http://`)
}

func TestSendToExperiment(t *testing.T) {
	f := newFake(t)
	s, _ := project(t)
	require.NoError(t, trySend(t, f, s, func(st *Settings) { st.Experiment = "named" }))
	assert.Equal(t, map[string]string{"named": "1"}, f.experiments)

	f = newFake(t)
	r := must.Get(s.Load("aa11"))(t)
	r.Deliveries = nil
	require.NoError(t, s.Save(r))
	require.NoError(t, trySend(t, f, s, func(st *Settings) { st.Experiment, st.ExperimentID = "named", "17" }))
	assert.Empty(t, f.experiments)
	assert.Equal(t, "17", f.runs["run000"].Experiment)
}

// Another work folder with the same records, as of a later step of a pipeline,
// adds nothing that is there, though its clocks tell another time.
func TestSendFromElsewhere(t *testing.T) {
	f := newFake(t)
	s, _ := project(t)
	require.NoError(t, trySend(t, f, s, nil))
	s, r := project(t)
	for i := range r.Parts {
		r.Parts[i].Ended = r.Ended.Add(time.Hour)
	}
	require.NoError(t, s.Save(r))
	require.NoError(t, trySend(t, f, s, nil))
	whole(t, f)
}

// A server that lost its database, or its run, gets the run anew.
func TestSendToNewDatabase(t *testing.T) {
	f := newFake(t)
	s, r := project(t)
	require.NoError(t, trySend(t, f, s, nil))
	f.runs, f.files, f.experiments = map[string]*fakeRun{}, map[string]string{}, map[string]string{}
	// Something to send is what makes anybody look.
	r = must.Get(s.Load(r.ID))(t)
	r.Deliveries[0].Sent["status"] = "running"
	require.NoError(t, s.Save(r))
	require.NoError(t, trySend(t, f, s, nil))
	whole(t, f)

	f.runs["run000"].Deleted = true
	r = must.Get(s.Load(r.ID))(t)
	r.Status = Running
	require.NoError(t, s.Save(r))
	assert.ErrorContains(t, trySend(t, f, s, nil), "run run000 was deleted at http://")
}

func TestSendArtifactsToFolder(t *testing.T) {
	f := newFake(t)
	root := t.TempDir()
	f.artifacts = "file://" + root + "/"
	s, _ := project(t)
	require.NoError(t, trySend(t, f, s, nil))
	data := must.Get(os.ReadFile(filepath.Join(root, "1/run000/artifacts/a map.png")))(t)
	assert.Equal(t, "picture", string(data))
}

// Where artifacts go is not everywhere a place to write to; the rest is sent.
func TestSendWithoutArtifacts(t *testing.T) {
	f := newFake(t)
	f.artifacts = "s3://bucket/"
	s, r := project(t)
	var warnings []string
	c, _ := f.client(t, nil)
	sender := Sender{Client: c, Store: s, Experiment: "housing", Warn: func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }}
	require.NoError(t, sender.Send(context.Background(), r))
	assert.Equal(t, "FINISHED", f.runs["run000"].Status)
	assert.Contains(t, strings.Join(warnings, "\n"), "s3://bucket/1/run000/artifacts, where this program can't write")
	assert.True(t, r.Delivered(c))

	// Nor is an artifact whose file is gone a reason to keep trying.
	f = newFake(t)
	s, _ = project(t)
	require.NoError(t, os.RemoveAll(filepath.Dir(s.File("x"))))
	artifact(t, s.work, "models/candidate/model.zip", "of a later run")
	require.NoError(t, trySend(t, f, s, nil))
	assert.Equal(t, map[string]string{"1/run000/artifacts/a map.png": "picture"}, f.files)
	assert.Equal(t, "FINISHED", f.runs["run000"].Status)
}
