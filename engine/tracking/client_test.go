package tracking

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

func TestFromEnvironment(t *testing.T) {
	env := map[string]string{}
	getenv := func(name string) string { return env[name] }
	assert.Nil(t, FromEnvironment(getenv))
	env = map[string]string{
		"MLFLOW_TRACKING_URI": " http://h:1 ", "MLFLOW_TRACKING_USERNAME": "u", "MLFLOW_TRACKING_PASSWORD": "p",
		"MLFLOW_TRACKING_TOKEN": "t", "MLFLOW_EXPERIMENT_NAME": "e", "MLFLOW_EXPERIMENT_ID": "7", "MLFLOW_RUN_ID": "r",
		"MLFLOW_TRACKING_INSECURE_TLS": "true", "MLFLOW_HTTP_REQUEST_TIMEOUT": "3", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
	}
	assert.Equal(t, &Settings{"http://h:1", "u", "p", "t", "e", "7", "r", true, 3 * time.Second, 0}, FromEnvironment(getenv))
}

// Only the address of a server will do; a password never shows.
func TestNewClient(t *testing.T) {
	for _, uri := range []string{"mlruns", "./mlruns", "file:///tmp/mlruns", "sqlite:///mlflow.db", "databricks", "http://", "localhost:5000", "http://%zz"} {
		_, err := NewClient(Settings{URI: uri})
		assert.ErrorContains(t, err, "MLFLOW_TRACKING_URI is \""+uri+"\", which is not a server's address", uri)
	}
	assert.ErrorContains(t, must.Err(NewClient(Settings{URI: "postgres://me:secret@h/db"})), `"postgres://h/db"`)

	c := must.Get(NewClient(Settings{URI: "https://me:secret@h/mlflow/?x=1"}))(t)
	assert.Equal(t, "https://h/mlflow", c.Server)
	assert.Equal(t, "me secret", c.settings.Username+" "+c.settings.Password)
}

// What a client is told when the server is none, or not ours: one line that
// says what to do; and whether trying again is any use.
func TestRefusals(t *testing.T) {
	html := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(status)
			fmt.Fprint(w, "<html><body>Sign in\nplease</body></html>")
		}
	}
	text := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, body, status) }
	}
	for _, c := range []struct {
		answer http.HandlerFunc
		want   string
		tries  int
	}{
		{html(200), "answers with a web page and not as MLflow does (200 OK): check MLFLOW_TRACKING_URI, and whether a proxy", 1},
		{html(404), "answers with a web page and not as MLflow does (404 Not Found)", 1},
		{html(502), "fails (502 Bad Gateway)", 3},
		{text(404, "nothing here"), "does not answer as MLflow does (404 Not Found)", 1},
		{text(401, "You are not authenticated."), "refuses access (401 Unauthorized): check MLFLOW_TRACKING_USERNAME", 1},
		{text(403, "Invalid Host header"), "or MLFLOW_TRACKING_TOKEN: Invalid Host header", 1},
		{text(500, "oh"), "fails (500 Internal Server Error): oh", 3},
		{text(429, "slow down"), "fails (429 Too Many Requests): slow down", 3},
		{text(200, "OK"), "gives an answer to runs/get that is not MLflow's", 1},
		{func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://me:pw@login.example/", http.StatusFound)
		}, "sends us to https://login.example/", 1},
		{func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "does not answer: EOF", 3},
	} {
		f := newFake(t)
		f.before = func(_ int, w http.ResponseWriter, r *http.Request) bool { c.answer(w, r); return true }
		client, _ := f.client(t, func(s *Settings) { s.Retries = 2 })
		_, err := client.run(context.Background(), "x")
		require.ErrorContains(t, err, c.want)
		assert.NotContains(t, err.Error(), "\n")
		assert.NotContains(t, err.Error(), "html>")
		assert.NotContains(t, err.Error(), "pw")
		assert.Equal(t, c.tries, f.asked(), c.want)
	}
	f := newFake(t)
	client, _ := f.client(t, nil)
	_, err := client.run(context.Background(), "x")
	assert.ErrorContains(t, err, "says RESOURCE_DOES_NOT_EXIST: said by /api/2.0/mlflow/runs/get")
	assert.True(t, isCode(err, missing))
}

func TestNobodyThere(t *testing.T) {
	l := must.Get(net.Listen("tcp", "127.0.0.1:0"))(t)
	address := "http://" + l.Addr().String()
	require.NoError(t, l.Close())
	c := must.Get(NewClient(Settings{URI: address, Timeout: time.Minute}))(t)
	_, err := c.run(context.Background(), "x")
	assert.ErrorContains(t, err, address+" does not answer: ")
	assert.ErrorContains(t, err, "connection refused")
}

func TestSlowServer(t *testing.T) {
	f := newFake(t)
	over := make(chan struct{})
	f.before = func(int, http.ResponseWriter, *http.Request) bool { <-over; return true }
	c, pauses := f.client(t, func(s *Settings) { s.Timeout = 20 * time.Millisecond; s.Retries = 1 })
	_, err := c.run(context.Background(), "x")
	close(over)
	assert.ErrorContains(t, err, "does not answer in time")
	assert.Len(t, *pauses, 1)
}

// Pauses double, follow what the server asks for, and end with the time.
func TestPauses(t *testing.T) {
	f := newFake(t)
	after := ""
	f.before = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Retry-After", after)
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
	c, pauses := f.client(t, func(s *Settings) { s.Retries = 7 })
	require.Error(t, must.Err(c.run(context.Background(), "x")))
	ms := time.Millisecond
	assert.Equal(t, []time.Duration{200 * ms, 400 * ms, 800 * ms, 1600 * ms, 3200 * ms, 6400 * ms, 10000 * ms}, *pauses)

	after = "3"
	c, pauses = f.client(t, func(s *Settings) { s.Retries = 1 })
	require.Error(t, must.Err(c.run(context.Background(), "x")))
	assert.Equal(t, []time.Duration{3000 * ms}, *pauses)

	ctx, cancel := context.WithCancel(context.Background())
	c.pause = func(context.Context, time.Duration) error { cancel(); return ctx.Err() }
	before := len(f.requests)
	assert.ErrorContains(t, must.Err(c.run(ctx, "x")), "fails (503", "the reason, not that the time is over")
	assert.Len(t, f.requests, before+1)
}

// The user name wins over the token, as with MLflow's client.
func TestCredentials(t *testing.T) {
	f := newFake(t)
	var got string
	f.before = func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		got = r.Header.Get("Authorization")
		return false
	}
	check := func(change func(*Settings), want string) {
		t.Helper()
		c, _ := f.client(t, change)
		_, _ = c.run(context.Background(), "x")
		assert.Equal(t, want, got)
	}
	check(nil, "")
	check(func(s *Settings) { s.Token = "t" }, "Bearer t")
	check(func(s *Settings) { s.Token, s.Username, s.Password = "t", "u", "p" }, "Basic dTpw")
}

func TestBatches(t *testing.T) {
	var b batches
	params, tags := map[string]string{}, map[string]string{}
	for i := range 250 {
		params["p"+strconv.Itoa(i)] = strings.Repeat("ä", 7000)
		tags["t"+strconv.Itoa(i)] = "v"
	}
	b.tags(tags)
	b.params(params)
	values := make([]float64, 2500)
	b.metrics([]Metric{{Key: "curve", Values: values}}, time.UnixMilli(5))
	points, seen := 0, map[string]bool{}
	for _, one := range b.list {
		data := must.Get(json.Marshal(one))(t)
		assert.True(t, fits(*one, len(data)), "%d params, %d tags, %d metrics, %d bytes", len(one.Params), len(one.Tags), len(one.Metrics), len(data))
		points += len(one.Metrics)
		for _, p := range one.Params {
			seen[p.Key] = true
		}
	}
	assert.Equal(t, 2500, points)
	assert.Len(t, seen, 250)
	assert.LessOrEqual(t, len(b.list), 10)
}

func TestShorten(t *testing.T) {
	assert.Equal(t, "short", Shorten("short", 5))
	a, b := Shorten(strings.Repeat("é", 99)+"a", 60), Shorten(strings.Repeat("é", 99)+"b", 60)
	assert.Len(t, []rune(a), 60)
	assert.NotEqual(t, a, b)
	assert.Contains(t, a, "… (100 characters, sha256 ")
}

func TestKey(t *testing.T) {
	for _, name := range []string{"test/rmse", "estimator.ridge.alpha", "a b:c-d_e", "größe"} {
		assert.Equal(t, name, Key(name))
	}
	for name, want := range map[string]string{"a#b": "a_b-", "a//b": "a__b-", "/a": "_a-", "../a": ".._a-", strings.Repeat("x", 300): strings.Repeat("x", 241) + "-"} {
		got := Key(name)
		assert.Regexp(t, "^"+want+"[0-9a-f]{8}$", got)
		assert.LessOrEqual(t, len(got), 250)
	}
	assert.NotEqual(t, Key("a#b"), Key("a<b"))
}
