package tracking

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// fakeRegistry is the registry of a fake server.
type fakeRegistry struct {
	logged   []map[string]any
	names    map[string]bool
	versions []map[string]any
	aliases  map[string]string
	outputs  map[string]bool
}

func (f *fake) withRegistry() *fakeRegistry {
	g := &fakeRegistry{names: map[string]bool{}, aliases: map[string]string{}, outputs: map[string]bool{}}
	f.handle["logged-models/search"] = g.searchLogged
	f.handle["logged-models"] = g.createLogged
	f.handle["runs/outputs"] = g.output
	f.handle["registered-models/create"] = g.createName
	f.handle["registered-models/alias"] = g.alias
	f.handle["model-versions/search"] = g.searchVersions
	f.handle["model-versions/create"] = g.createVersion
	return g
}

func decode(body []byte) map[string]any {
	var in map[string]any
	_ = json.Unmarshal(body, &in)
	return in
}

// tagged finds entries by the digest in the filter.
func tagged(list []map[string]any, filter string) []any {
	found := []any{}
	for _, m := range list {
		for _, t := range m["tags"].([]any) {
			tag := t.(map[string]any)
			if tag["key"] == TagModel && strings.Contains(filter, "'"+fmt.Sprint(tag["value"])+"'") {
				found = append(found, m)
			}
		}
	}
	return found
}

func (g *fakeRegistry) searchLogged(body []byte, _ *http.Request) (any, *fakeFault) {
	models := []any{}
	for _, m := range tagged(g.logged, fmt.Sprint(decode(body)["filter"])) {
		models = append(models, map[string]any{"info": m})
	}
	return map[string]any{"models": models}, nil
}

func (g *fakeRegistry) createLogged(body []byte, _ *http.Request) (any, *fakeFault) {
	in := decode(body)
	id := fmt.Sprintf("m-%d", len(g.logged))
	in["model_id"], in["artifact_uri"], in["status"] = id, "mlflow-artifacts:/1/models/"+id, "LOGGED_MODEL_PENDING"
	g.logged = append(g.logged, in)
	return map[string]any{"model": map[string]any{"info": in}}, nil
}

func (g *fakeRegistry) finalize(body []byte) (any, *fakeFault) {
	in := decode(body)
	for _, m := range g.logged {
		if m["model_id"] == in["model_id"] {
			m["status"] = in["status"]
			return map[string]any{}, nil
		}
	}
	return nil, absent
}

func (g *fakeRegistry) output(body []byte, _ *http.Request) (any, *fakeFault) {
	in := decode(body)
	g.outputs[fmt.Sprint(in["run_id"], in["models"])] = true
	return map[string]any{}, nil
}

func (g *fakeRegistry) createName(body []byte, _ *http.Request) (any, *fakeFault) {
	name := fmt.Sprint(decode(body)["name"])
	if g.names[name] {
		return nil, &fakeFault{400, "RESOURCE_ALREADY_EXISTS"}
	}
	g.names[name] = true
	return map[string]any{}, nil
}

func (g *fakeRegistry) alias(body []byte, _ *http.Request) (any, *fakeFault) {
	in := decode(body)
	for _, v := range g.versions {
		if v["version"] == in["version"] && v["name"] == in["name"] {
			g.aliases[fmt.Sprint(in["alias"])] = fmt.Sprint(in["version"])
			return map[string]any{}, nil
		}
	}
	return nil, absent
}

func (g *fakeRegistry) searchVersions(_ []byte, r *http.Request) (any, *fakeFault) {
	return map[string]any{"model_versions": tagged(g.versions, r.URL.Query().Get("filter"))}, nil
}

func (g *fakeRegistry) createVersion(body []byte, _ *http.Request) (any, *fakeFault) {
	in := decode(body)
	in["version"] = fmt.Sprint(len(g.versions) + 1)
	g.versions = append(g.versions, in)
	return map[string]any{"model_version": in}, nil
}

// models are two that were champion one after the other.
func models(r *Run) []Registered {
	one := func(digest string, run *Run) Registered {
		return Registered{
			Name: "housing", Digest: digest, Run: run, Description: "better", Tags: map[string]string{TagModel: digest},
			Files: func(ids ModelIDs) (map[string][]byte, error) {
				return map[string][]byte{"MLmodel": []byte(ids.Model + " of " + ids.Run), "model.onnx": []byte(digest)}, nil
			},
		}
	}
	return []Registered{one("aaaa", nil), one("bbbb", r)}
}

// tryRegister is one process: it sends the run and registers the models.
func tryRegister(t *testing.T, f *fake, s Store, change func(*Settings), pick func([]Registered) []Registered) error {
	t.Helper()
	if err := trySend(t, f, s, change); err != nil {
		return err
	}
	r := must.Get(s.Load("aa11"))(t)
	c, _ := f.client(t, change)
	sender := Sender{Client: c, Store: s, Experiment: "housing", Warn: func(format string, args ...any) { t.Logf(format, args...) }}
	return sender.Register(context.Background(), pick(models(r)))
}

func both(m []Registered) []Registered { return m }

func registered(t *testing.T, f *fake, g *fakeRegistry) {
	t.Helper()
	require.Len(t, g.versions, 2)
	require.Len(t, g.logged, 2)
	assert.Equal(t, map[string]string{Alias: "2"}, g.aliases)
	assert.Equal(t, "models:/m-1", g.versions[1]["source"])
	assert.Equal(t, "run000", g.versions[1]["run_id"])
	assert.Nil(t, g.versions[0]["run_id"], "the run's file is gone")
	assert.Equal(t, map[string]bool{"run000[map[model_id:m-1 step:0]]": true}, g.outputs)
	assert.Equal(t, "m-1 of run000", f.files["1/models/m-1/MLmodel"])
	assert.Equal(t, "aaaa", f.files["1/models/m-0/model.onnx"])
	for _, m := range g.logged {
		assert.Equal(t, "LOGGED_MODEL_READY", m["status"])
	}
}

// newRegistry is a fake that knows models and finishes them.
func newRegistry(t *testing.T) (*fake, *fakeRegistry) {
	f := newFake(t)
	g := f.withRegistry()
	for i := range 3 {
		f.handle[fmt.Sprintf("logged-models/m-%d", i)] = func(body []byte, _ *http.Request) (any, *fakeFault) { return g.finalize(body) }
	}
	return f, g
}

func TestRegister(t *testing.T) {
	f, g := newRegistry(t)
	s, _ := project(t)
	require.NoError(t, tryRegister(t, f, s, nil, both))
	registered(t, f, g)

	// A rollback moves the alias and registers nothing.
	back := func(m []Registered) []Registered { return []Registered{m[1], m[0]} }
	before := len(f.requests)
	require.NoError(t, tryRegister(t, f, s, nil, back))
	assert.Equal(t, []string{"POST /api/2.0/mlflow/registered-models/alias"}, f.requests[before:])
	assert.Equal(t, "1", g.aliases[Alias])

	c, _ := f.client(t, nil)
	sender := Sender{Client: c, Store: s}
	done := must.Get(sender.Registered("housing", []string{"bbbb", "aaaa"}))(t)
	assert.True(t, done)
	for _, digests := range [][]string{{"aaaa", "bbbb"}, {"cccc", "aaaa"}} {
		done = must.Get(sender.Registered("housing", digests))(t)
		assert.False(t, done, digests)
	}
}

func TestRegisterAfterKill(t *testing.T) {
	undisturbed, _ := newRegistry(t)
	s, _ := project(t)
	require.NoError(t, trySend(t, undisturbed, s, nil))
	sent := len(undisturbed.requests)
	require.NoError(t, tryRegister(t, undisturbed, s, nil, both))
	once := func(st *Settings) { st.Retries = 0 }
	for k := sent; k < len(undisturbed.requests); k++ {
		f, g := newRegistry(t)
		s, _ := project(t)
		f.lost = func(n int) bool { return n >= k }
		require.ErrorContains(t, tryRegister(t, f, s, once, both), "does not answer")
		f.mu.Lock()
		f.lost = nil
		f.mu.Unlock()
		require.NoError(t, tryRegister(t, f, s, nil, both))
		registered(t, f, g)
		require.False(t, t.Failed(), "killed at request %d, %s", k, undisturbed.requests[k])
	}
}

// A model that can't be expressed is told of once, and the alias stays.
func TestRegisterRefusal(t *testing.T) {
	f, g := newRegistry(t)
	s, _ := project(t)
	require.NoError(t, tryRegister(t, f, s, nil, func(m []Registered) []Registered { return m[:1] }))
	refuse := func(m []Registered) []Registered {
		m[1].Files = func(ModelIDs) (map[string][]byte, error) { return nil, Refusal{errors.New("no such operator")} }
		return m
	}
	require.NoError(t, tryRegister(t, f, s, nil, refuse))
	assert.Equal(t, "1", g.aliases[Alias])
	before := len(f.requests)
	require.NoError(t, tryRegister(t, f, s, nil, refuse))
	assert.Len(t, f.requests, before)
}

// A registry that lost its versions gets them anew.
func TestRegisterInNewDatabase(t *testing.T) {
	f, _ := newRegistry(t)
	s, _ := project(t)
	require.NoError(t, tryRegister(t, f, s, nil, both))
	g := f.withRegistry()
	back := func(m []Registered) []Registered { return []Registered{m[1], m[0]} }
	for i := range 2 {
		f.handle[fmt.Sprintf("logged-models/m-%d", i)] = func(body []byte, _ *http.Request) (any, *fakeFault) { return g.finalize(body) }
	}
	require.NoError(t, tryRegister(t, f, s, nil, back))
	assert.Len(t, g.versions, 2)
	assert.Equal(t, map[string]string{Alias: "2"}, g.aliases)

	require.NoError(t, os.WriteFile(filepath.Join(s.work, Dir, "registry", "models.json"), []byte("{"), 0o644))
	assert.ErrorContains(t, tryRegister(t, f, s, nil, both), "models.json")
}
