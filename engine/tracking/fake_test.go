package tracking

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fake behaves as the parts of an MLflow server that this package uses, its
// limits included; tests/interop/mlflow.sh has the real one.
type fake struct {
	*httptest.Server
	mu          sync.Mutex
	artifacts   string // root of artifact addresses
	experiments map[string]string
	runs        map[string]*fakeRun
	files       map[string]string
	requests    []string
	handle      map[string]func(body []byte, r *http.Request) (any, *fakeFault)

	// before sees each request first; it may answer itself and return true.
	before func(n int, w http.ResponseWriter, r *http.Request) bool
	// lost tells whether the answer to the request gets lost after it was done.
	lost func(n int) bool
}

type fakeRun struct {
	Experiment, Name, Status string
	Start, End               int64
	Params, Tags             map[string]string
	Points                   map[string]bool // distinct, as MLflow's database keeps them
	Datasets                 map[string]bool
	Deleted                  bool
}

type fakeFault struct {
	status int
	code   string
}

func newFake(t *testing.T) *fake {
	f := &fake{experiments: map[string]string{}, runs: map[string]*fakeRun{}, files: map[string]string{}, artifacts: "mlflow-artifacts:/"}
	f.handle = map[string]func([]byte, *http.Request) (any, *fakeFault){
		"experiments/get-by-name": f.getExperiment, "experiments/create": f.createExperiment,
		"runs/get": f.getRun, "runs/create": f.createRun, "runs/search": f.search, "runs/update": f.update,
		"runs/log-batch": f.logBatch, "runs/log-inputs": f.logInputs,
	}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.requests)
	f.requests = append(f.requests, r.Method+" "+r.URL.Path)
	if f.before != nil && f.before(n, w, r) {
		return
	}
	body, _ := io.ReadAll(r.Body)
	answer, fault := f.answer(body, r)
	if f.lost != nil && f.lost(n) {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	if fault != nil {
		w.WriteHeader(fault.status)
		answer = map[string]string{"error_code": fault.code, "message": "said by " + r.URL.Path}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// asked returns how many requests came, once none is being answered.
func (f *fake) asked() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.requests)
}

func (f *fake) answer(body []byte, r *http.Request) (any, *fakeFault) {
	if name, ok := strings.CutPrefix(r.URL.Path, "/api/2.0/mlflow-artifacts/artifacts/"); ok && r.Method == http.MethodPut {
		f.files[name] = string(body)
		return map[string]any{}, nil
	}
	h := f.handle[strings.TrimPrefix(r.URL.Path, "/api/2.0/mlflow/")]
	if h == nil {
		return nil, &fakeFault{404, "ENDPOINT_NOT_FOUND"}
	}
	return h(body, r)
}

var (
	absent = &fakeFault{404, missing}
	wrong  = &fakeFault{400, "INVALID_PARAMETER_VALUE"}
)

func (f *fake) getExperiment(_ []byte, r *http.Request) (any, *fakeFault) {
	id, ok := f.experiments[r.URL.Query().Get("experiment_name")]
	if !ok {
		return nil, absent
	}
	return map[string]any{"experiment": map[string]string{"experiment_id": id, "lifecycle_stage": "active"}}, nil
}

func (f *fake) createExperiment(body []byte, _ *http.Request) (any, *fakeFault) {
	var in struct{ Name string }
	_ = json.Unmarshal(body, &in)
	if _, ok := f.experiments[in.Name]; ok {
		return nil, &fakeFault{400, "RESOURCE_ALREADY_EXISTS"}
	}
	id := fmt.Sprint(len(f.experiments) + 1)
	f.experiments[in.Name] = id
	return map[string]string{"experiment_id": id}, nil
}

func pairs(list []pair) map[string]string {
	m := map[string]string{}
	for _, p := range list {
		m[p.Key] = p.Value
	}
	return m
}

func (f *fake) remote(id string) remoteRun {
	run := f.runs[id]
	var r remoteRun
	r.Info.ID, r.Info.Experiment, r.Info.Lifecycle = id, run.Experiment, "active"
	if run.Deleted {
		r.Info.Lifecycle = "deleted"
	}
	r.Info.ArtifactURI = f.artifacts + run.Experiment + "/" + id + "/artifacts"
	for k, v := range run.Params {
		r.Data.Params = append(r.Data.Params, pair{k, v})
	}
	for k, v := range run.Tags {
		r.Data.Tags = append(r.Data.Tags, pair{k, v})
	}
	return r
}

func (f *fake) getRun(_ []byte, r *http.Request) (any, *fakeFault) {
	id := r.URL.Query().Get("run_id")
	if f.runs[id] == nil {
		return nil, absent
	}
	return map[string]any{"run": f.remote(id)}, nil
}

func (f *fake) createRun(body []byte, _ *http.Request) (any, *fakeFault) {
	var in newRun
	_ = json.Unmarshal(body, &in)
	id := fmt.Sprintf("run%03d", len(f.runs))
	f.runs[id] = &fakeRun{
		Experiment: in.Experiment, Name: in.Name, Status: "RUNNING", Start: in.Start,
		Params: map[string]string{}, Tags: pairs(in.Tags), Points: map[string]bool{}, Datasets: map[string]bool{},
	}
	return map[string]any{"run": f.remote(id)}, nil
}

func (f *fake) search(body []byte, _ *http.Request) (any, *fakeFault) {
	var in struct {
		IDs    []string `json:"experiment_ids"`
		Filter string   `json:"filter"`
	}
	_ = json.Unmarshal(body, &in)
	var key, value string
	if _, err := fmt.Sscanf(strings.NewReplacer("`", " ", "'", " ").Replace(in.Filter), "tags. %s = %s", &key, &value); err != nil {
		return nil, wrong
	}
	_, value, _ = strings.Cut(in.Filter, "'")
	value = strings.TrimSuffix(value, "'")
	found := []remoteRun{}
	for id, r := range f.runs {
		if !r.Deleted && r.Experiment == in.IDs[0] && r.Tags[key] == value {
			found = append(found, f.remote(id))
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Info.ID > found[j].Info.ID })
	return map[string]any{"runs": found}, nil
}

func (f *fake) update(body []byte, _ *http.Request) (any, *fakeFault) {
	var in struct {
		ID     string `json:"run_id"`
		Status string `json:"status"`
		End    int64  `json:"end_time"`
	}
	_ = json.Unmarshal(body, &in)
	r := f.runs[in.ID]
	if r == nil {
		return nil, absent
	}
	r.Status, r.End = in.Status, in.End
	return map[string]any{}, nil
}

// fits tells whether the batch keeps the server's limits.
func fits(b batch, size int) bool {
	for _, p := range b.Params {
		if len([]rune(p.Key)) > 250 || len([]rune(p.Value)) > 6000 || strings.ContainsAny(p.Key, "<>#'\"") {
			return false
		}
	}
	for _, p := range b.Tags {
		if len([]rune(p.Value)) > 8000 {
			return false
		}
	}
	return size <= 1_000_000 && len(b.Params) <= 100 && len(b.Tags) <= 100 && len(b.Metrics) <= 1000 &&
		len(b.Params)+len(b.Tags)+len(b.Metrics) <= 1000
}

func (f *fake) logBatch(body []byte, _ *http.Request) (any, *fakeFault) {
	var in batch
	_ = json.Unmarshal(body, &in)
	r := f.runs[in.Run]
	if r == nil {
		return nil, absent
	}
	if !fits(in, len(body)) {
		return nil, wrong
	}
	for _, p := range in.Params {
		if v, ok := r.Params[p.Key]; ok && v != p.Value {
			return nil, wrong
		}
	}
	for _, p := range in.Params {
		r.Params[p.Key] = p.Value
	}
	for _, p := range in.Tags {
		r.Tags[p.Key] = p.Value
	}
	for _, p := range in.Metrics {
		r.Points[fmt.Sprintf("%s %v at %d, step %d", p.Key, p.Value, p.Timestamp, p.Step)] = true
	}
	return map[string]any{}, nil
}

func (f *fake) logInputs(body []byte, _ *http.Request) (any, *fakeFault) {
	var in struct {
		ID       string `json:"run_id"`
		Datasets []struct {
			Tags    []pair            `json:"tags"`
			Dataset map[string]string `json:"dataset"`
		} `json:"datasets"`
	}
	_ = json.Unmarshal(body, &in)
	r := f.runs[in.ID]
	if r == nil {
		return nil, absent
	}
	for _, d := range in.Datasets {
		if len(d.Dataset["digest"]) > 36 {
			return nil, wrong
		}
		r.Datasets[d.Tags[0].Value+" "+d.Dataset["name"]+" "+d.Dataset["digest"]] = true
	}
	return map[string]any{}, nil
}

// client returns one that never sleeps; the pauses it would make are noted.
func (f *fake) client(t *testing.T, change func(*Settings)) (*Client, *[]time.Duration) {
	t.Helper()
	s := Settings{URI: f.URL, Timeout: 10 * time.Second, Retries: 4}
	if change != nil {
		change(&s)
	}
	c, err := NewClient(s)
	require.NoError(t, err)
	var pauses []time.Duration
	c.pause = func(ctx context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		return ctx.Err()
	}
	return c, &pauses
}
