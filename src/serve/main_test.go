package main

import (
	"bytes"
	"cmp"
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/serving"
	"example.com/engine/serving/servingtest"
	"example.com/engine/stage/stagetest"
)

func TestMain(m *testing.M) { servingtest.Main(m) }

// What is wrong before the server runs is told in a line, with the place.
func TestRefusesToStart(t *testing.T) {
	good := stagetest.New(t)
	model := must.Get(os.ReadFile(servingtest.Toy(t, "price")))(t)
	good.Write(results.Champion, string(model))
	for name, c := range map[string]struct {
		yaml, work string
		args       []string
		status     int
		want       string
	}{
		"flag":      {args: []string{"-x"}, status: 2, want: "flag provided but not defined: -x"},
		"argument":  {args: []string{"x"}, status: 2, want: `serve: unexpected argument "x"`},
		"no model":  {work: t.TempDir(), status: 1, want: "there is no champion"},
		"key":       {yaml: "addr: :1\n", status: 1, want: "serve.yaml:1:1: addr: unknown key"},
		"address":   {yaml: "address: nowhere\n", status: 1, want: `"nowhere" is not host:port`},
		"flagged":   {args: []string{"-address", "nowhere"}, status: 1, want: "serve: -address: "},
		"admin":     {yaml: "admin: 0.0.0.0:6060\n", status: 1, want: "is not a loopback address"},
		"limit":     {yaml: "limits: {rows: 0}\n", status: 1, want: "limits.rows: 0 is less than 1"},
		"tls":       {yaml: "tls: {certificate: cert.pem}\n", status: 1, want: "tls.key"},
		"tls file":  {yaml: "tls: {certificate: no.pem, key: no.pem}\n", status: 1, want: "serve: tls: open no.pem"},
		"keys file": {yaml: "api_keys: none\n", status: 1, want: "serve: API keys: open none"},
		"port":      {yaml: "address: 127.0.0.1:99999\n", status: 1, want: "invalid port"},
		"unhealthy": {args: []string{"-address", "127.0.0.1:1", "-healthcheck"}, status: 1, want: "serve: Get"},
	} {
		t.Run(name, func(t *testing.T) {
			good.Set("serve.yaml", c.yaml)
			var stderr bytes.Buffer
			status := run(append([]string{"-config", good.Config, "-work", cmp.Or(c.work, good.Work)}, c.args...), &stderr)
			assert.Equal(t, c.status, status)
			assert.Contains(t, stderr.String(), c.want)
		})
	}
}

// All that the page mounts is there.
func TestRoutes(t *testing.T) {
	server := must.Get(serving.New(serving.Default(), servingtest.Toy(t, "price"), io.Discard))(t)
	handler := must.Get(routes(server))(t)
	for route, want := range map[string]int{
		"GET /": 200, "GET /docs": 200, "GET /openapi.json": 200, "GET /healthz": 200, "GET /readyz": 200, "GET /metrics": 200,
		"GET /ping": 200, "GET /health": 200, "GET /version": 200, "GET /v2": 200, "GET /v2/models/model": 200,
		"POST /predict": 200, "POST /explain": 200, "POST /whatif": 422, "POST /invocations": 422, "POST /v2/models/model/infer": 422,
		"GET /predict": 405, "GET /nowhere": 404,
	} {
		method, path, _ := strings.Cut(route, " ")
		r := httptest.NewRequest(method, path, strings.NewReader(servingtest.ToyRow))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		assert.Equal(t, want, w.Code, route)
	}
}
