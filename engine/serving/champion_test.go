package serving

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/serving/servingtest"
)

// The example is that of the settings where it fits the model.
func TestExample(t *testing.T) {
	settings := Default()
	settings.Example = map[string]any{"size": 66, "heat": nil}
	s, _ := startServer(t, servingtest.Toy(t, "price"), settings)
	champion := s.champion.Load()
	assert.NoError(t, champion.doubt)
	assert.JSONEq(t, `{"size":66,"rooms":1,"city":"bern","built":"2024-01-01","heat":null,"note":null}`, string(champion.Example))
	for _, bad := range []map[string]any{{"size": "x"}, {"other": 1}} {
		settings.Example = bad
		s, _ := startServer(t, servingtest.Toy(t, "price"), settings)
		champion := s.champion.Load()
		assert.ErrorContains(t, champion.doubt, "example: #/")
		assert.Contains(t, string(champion.Example), `"size":100`)
	}
}

// What is derived of a champion changes with it; a model that it can't be derived
// of is not served.
func TestDerive(t *testing.T) {
	s := newTestServer(t, Default(), io.Discard)
	first := s.Champion()
	refused := errors.New("not this one")
	version := must.Get(Derive(s, func(c *Champion) (string, error) {
		if c.Model.Version() != first.Model.Version() {
			return "", refused
		}
		return c.Model.Version(), nil
	}))(t)
	assert.Equal(t, first.Model.Version(), version.Of(s.Champion()))
	s.path = must.Get(other())(t)
	require.ErrorIs(t, s.load(), refused)
	assert.Same(t, first, s.Champion())
	require.ErrorIs(t, must.Err(Derive(s, func(*Champion) (int, error) { return 0, refused })), refused)
}

func write(t testing.TB, path, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}

// replace puts a copy of a model in the place of another in one step, as
// promote does.
func replace(t *testing.T, path, by string) {
	t.Helper()
	data := must.Get(os.ReadFile(by))(t)
	write(t, path+".new", string(data))
	require.NoError(t, os.Rename(path+".new", path))
}

// other is a second regression on the toy, with other answers.
var other = sync.OnceValues(func() (string, error) { return servingtest.FitToy("price", "estimator: dummy") })

// While models are swapped, every request is answered, by one model alone.
func TestReloadLosesAndMixesNothing(t *testing.T) {
	second := must.Get(other())(t)
	paths := []string{servingtest.Toy(t, "price"), second}
	champion := servingtest.InRunDir("champion.zip")
	replace(t, champion, paths[0])
	s, url := startServer(t, champion, Default())

	body := "[" + strings.Repeat(servingtest.ToyRow+",", 50) + servingtest.ToyRow + "]"
	want := map[string]float64{} // of each version
	for _, path := range paths {
		replace(t, champion, path)
		require.NoError(t, s.load())
		a := predictions(t, url, body)
		want[a.Model] = a.Predictions[0].Prediction
	}
	require.Len(t, want, 2)

	ctx, cancel := context.WithCancel(context.Background())
	var clients, met sync.WaitGroup
	seen := make([]map[string]int, 4)
	for k := range seen {
		seen[k] = map[string]int{}
		met.Add(1)
		both := sync.OnceFunc(met.Done)
		clients.Go(func() {
			defer both()
			for ctx.Err() == nil {
				a := predictions(t, url, body)
				for _, p := range a.Predictions {
					assert.Equal(t, want[a.Model], p.Prediction, "of model %s", a.Model)
				}
				if seen[k][a.Model]++; len(seen[k]) == 2 {
					both()
				}
			}
		})
	}
	all := make(chan struct{})
	go func() { met.Wait(); close(all) }()
	for i, done := 0, false; i < 40 || !done && i < 10_000; i++ { // on a busy machine a client may sleep through many
		replace(t, champion, paths[i%2])
		s.reload()
		select {
		case <-all:
			done = true
		default:
		}
	}
	cancel()
	clients.Wait()
	for k := range seen {
		assert.Len(t, seen[k], 2, "client %d has met both models", k)
	}
}

type predictionList struct {
	Model       string
	Predictions []struct{ Prediction float64 }
}

func predictions(t *testing.T, url, body string) (a predictionList) {
	t.Helper()
	status, answer := servingtest.Post(t, url+"/predict", "application/json", body)
	if assert.Equal(t, http.StatusOK, status, answer) {
		assert.NoError(t, json.Unmarshal([]byte(answer), &a))
	}
	return a
}

// A file that is no model is refused; the model before goes on.
func TestReloadRefusesBadFiles(t *testing.T) {
	good := must.Get(os.ReadFile(servingtest.Toy(t, "price")))(t)
	champion := servingtest.InRunDir("champion.zip")
	replace(t, champion, servingtest.Toy(t, "price"))
	var log bytes.Buffer
	s := newTestServer(t, Default(), &log)
	s.path = champion
	version := s.champion.Load().Model.Version()
	damaged := bytes.Clone(good)
	for i := range 64 { // more than a field of the archive that nothing is read from
		damaged[len(damaged)/2+i] ^= 1
	}
	for name, content := range map[string][]byte{"empty": nil, "cut": good[:len(good)/2], "damaged": damaged, "text": []byte("no model")} {
		log.Reset()
		write(t, champion, string(content))
		s.reload()
		assert.Equal(t, version, s.champion.Load().Model.Version(), name)
		assert.Contains(t, log.String(), "refused", name)
	}
	require.NoError(t, os.Remove(champion))
	s.reload()
	assert.Equal(t, version, s.champion.Load().Model.Version())
	assert.Contains(t, metricsText(t, s), `serve_reloads_total{result="refused"} 5`)
}

// A changed file is noticed by itself; an unchanged one is not read again.
func TestWatch(t *testing.T) {
	second := must.Get(other())(t)
	champion := servingtest.InRunDir("watched.zip")
	replace(t, champion, servingtest.Toy(t, "price"))
	settings := Default()
	settings.Reload.Every = 5 * time.Millisecond
	s := must.Get(New(settings, champion, io.Discard))(t)
	before := s.champion.Load()
	first := before.Model.Version()
	require.NoError(t, s.load())
	assert.Same(t, before, s.champion.Load(), "the same model is not another champion")
	hangup := make(chan os.Signal)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { s.watch(ctx, hangup, nil); close(done) }()
	time.Sleep(30 * time.Millisecond)
	assert.Contains(t, metricsText(t, s), `serve_reloads_total{result="ok"} 0`, "nothing has changed")
	replace(t, champion, second)
	require.Eventually(t, func() bool { return s.champion.Load().Model.Version() != first }, time.Minute, time.Millisecond)
	hangup <- os.Interrupt
	require.Eventually(t, func() bool { return strings.Contains(metricsText(t, s), `serve_reloads_total{result="ok"} 2`) }, time.Minute, time.Millisecond)
	cancel()
	<-done
}
