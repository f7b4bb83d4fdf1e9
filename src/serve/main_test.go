package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/serving/servingtest"
)

func TestMain(m *testing.M) { servingtest.Main(m) }

func write(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}

// What is wrong before the server runs is told in a line, with the place.
func TestRefusesToStart(t *testing.T) {
	good := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(good, "models", "champion"), 0o755))
	model, err := os.ReadFile(servingtest.Toy(t, "price"))
	require.NoError(t, err)
	write(t, filepath.Join(good, "models", "champion", "model.zip"), string(model))
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
			config := t.TempDir()
			write(t, filepath.Join(config, "serve.yaml"), c.yaml)
			if c.work == "" {
				c.work = good
			}
			var stderr bytes.Buffer
			status := run(append([]string{"-config", config, "-work", c.work}, c.args...), &stderr)
			assert.Equal(t, c.status, status)
			assert.Contains(t, stderr.String(), c.want)
		})
	}
}
