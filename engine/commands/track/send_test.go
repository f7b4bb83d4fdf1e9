package track

import (
	"bytes"
	"flag"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/tracking"
)

// trained is a work folder in which train ran.
func trained(t *testing.T) string {
	t.Helper()
	work := t.TempDir()
	var model bytes.Buffer
	require.NoError(t, toy(t, "ridge").Save(&model))
	write(t, work, results.Candidate, model.String())
	write(t, work, results.TrainingOut, `{"estimator": "ridge", "metric": "rmse", "rows": 2, "scores": {"rmse": 2},
		"cross_validation": {"folds": [{"scores": {"rmse": 3}}], "mean": {"rmse": 3}, "std_dev": {}}}`)
	write(t, work, results.Train, "size,price\n1,2\n2,3\n")
	sum := func(name string) string {
		digest := must.Get(stage.Digest(filepath.Join(work, name)))(t)
		return `{"path": "` + name + `", "sha256": "` + digest + `"}`
	}
	write(t, work, stage.RecordPath("train"), `{"format": 1, "stage": "train",
		"config": {"model.yaml": {"seed": 42, "estimator": {"kind": "ridge", "state": {"alpha": 1}}}, "schema.yaml": {"target": "price"}},
		"inputs": [`+sum(results.Train)+`], "outputs": [`+sum(results.Candidate)+`, `+sum(results.TrainingOut)+`]}`)
	return work
}

// call runs the program.
func call(t *testing.T, work string, f flags) (status int, out string) {
	t.Helper()
	var b bytes.Buffer
	status = stage.Exec("track", []string{"-work", work, "-config", work}, &b, &b, func(s *stage.Stage) error { return run(s, f, &b) },
		stage.Flags(func(*flag.FlagSet) {}))
	return status, b.String()
}

// outsider makes the environment that of a person without a server.
func outsider(t *testing.T) {
	t.Helper()
	for _, name := range []string{"TRACKING_URI", "TRACKING_USERNAME", "TRACKING_PASSWORD", "TRACKING_TOKEN", "EXPERIMENT_NAME", "EXPERIMENT_ID", "RUN_ID"} {
		t.Setenv("MLFLOW_"+name, "")
	}
}

func TestWithoutServer(t *testing.T) {
	outsider(t)
	work := trained(t)
	status, out := call(t, work, flags{after: "train"})
	assert.Zero(t, status)
	assert.Empty(t, out)
	runs := must.Get(tracking.NewStore(work).Runs())(t)
	require.Len(t, runs, 1)
	r := runs[0]
	assert.Equal(t, tracking.Running, r.Status)
	assert.Regexp(t, "^ridge [0-9a-f]{8}$", r.Name)
	assert.Equal(t, map[string]string{"seed": "42", "estimator": "ridge", "estimator.ridge.alpha": "1"}, r.Params())
	assert.InDelta(t, 3, r.Metrics()["cv/rmse"], 0)
	assert.Equal(t, "42", r.Params()["seed"])

	// Nothing changed, nothing is written.
	path := filepath.Join(work, tracking.Dir, r.ID+".json")
	old := time.Unix(1_000_000_000, 0)
	require.NoError(t, os.Chtimes(path, old, old))
	_, _ = call(t, work, flags{after: "train"})
	info := must.Get(os.Stat(path))(t)
	assert.True(t, info.ModTime().Equal(old))

	_, out = call(t, work, flags{})
	assert.Contains(t, out, "MLFLOW_TRACKING_URI is not set: runs stay in reports/runs")
}

// After a stage a server that fails is one warning in a minute, and status 0;
// for a person who asks to send, it is an error.
func TestWithoutLuck(t *testing.T) {
	outsider(t)
	work := trained(t)
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	t.Setenv("MLFLOW_TRACKING_URI", server.URL)

	status, out := call(t, work, flags{after: "train"})
	assert.Zero(t, status)
	assert.Equal(t, 1, strings.Count(out, "\n"))
	assert.Regexp(t, "^track: warning: .* refuses access .*; the run is kept, `make track` sends it later\n$", out)
	assert.Equal(t, 1, requests)

	status, out = call(t, work, flags{after: "evaluate"})
	assert.Zero(t, status)
	assert.Empty(t, out)
	assert.Equal(t, 1, requests)

	status, out = call(t, work, flags{})
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "refuses access")

	// Another server is another matter.
	t.Setenv("MLFLOW_TRACKING_URI", server.URL+"/elsewhere")
	_, out = call(t, work, flags{after: "promote"})
	assert.Contains(t, out, "/elsewhere refuses access")

	earlier := time.Now().Add(-2 * quiet)
	require.NoError(t, os.Chtimes(filepath.Join(work, tracking.Dir, "unreachable"), earlier, earlier))
	_, out = call(t, work, flags{after: "evaluate"})
	assert.Contains(t, out, "refuses access", "a minute is over")
}

// What is wrong here is no failure of a stage either.
func TestDamagedResults(t *testing.T) {
	outsider(t)
	work := trained(t)
	write(t, work, results.TrainingOut, "{")
	status, out := call(t, work, flags{after: "train"})
	assert.Zero(t, status)
	assert.Regexp(t, "^track: warning: noting the run: .*training.json", out)
	status, _ = call(t, work, flags{})
	assert.Equal(t, 1, status)
}

// Whoever logs in here without a server at all sees what is to be done.
func TestNobodyThere(t *testing.T) {
	outsider(t)
	l := must.Get(net.Listen("tcp", "127.0.0.1:0"))(t)
	t.Setenv("MLFLOW_TRACKING_URI", "http://"+l.Addr().String())
	t.Setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
	require.NoError(t, l.Close())
	status, out := call(t, trained(t), flags{after: "plot"})
	assert.Zero(t, status)
	assert.Contains(t, out, "does not answer: connect: connection refused; the run is kept")
}
