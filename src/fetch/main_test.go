package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/stage"
	"example.com/engine/stage/stagetest"
)

const text = "a,b\n1,2\n"

// place has a source file beside its folders.
type place struct {
	*stagetest.Place
	t      *testing.T
	source string
	sum    string // of the source
}

func newPlace(t *testing.T) *place {
	p := &place{Place: stagetest.New(t), t: t, source: filepath.Join(t.TempDir(), "table.csv.gz")}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	must.Get(w.Write([]byte(text)))(t)
	require.NoError(t, w.Close())
	require.NoError(t, os.WriteFile(p.source, b.Bytes(), 0o644))
	p.sum = sumOf(b.Bytes())
	return p
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// settings writes data.yaml with the lines as its section fetch.
func (p *place) settings(lines ...string) {
	p.Set("data.yaml", "clean: {nulls: [NA]}\nfetch:\n  "+strings.Join(lines, "\n  ")+"\n")
}

// fetch runs the program and returns its status and what it printed.
func (p *place) fetch(override string) (int, string) {
	status := p.Run("fetch", func(s *stage.Stage) error { return run(s, override) }, stage.KeepOutputs())
	return status, p.Stdout + p.Stderr
}

func (p *place) check(override string, status int, want string) {
	p.t.Helper()
	got, out := p.fetch(override)
	assert.Equal(p.t, want, out)
	assert.Equal(p.t, status, got)
}

// raw lists data/raw with the content of its files.
func (p *place) raw() map[string]string {
	files := map[string]string{}
	entries, _ := os.ReadDir(p.Path("data/raw"))
	for _, e := range entries {
		files[e.Name()] = p.Read("data/raw/" + e.Name())
	}
	return files
}

var fetched = map[string]string{"table.csv": text}

func TestFetchFile(t *testing.T) {
	p := newPlace(t)
	p.settings("source: "+p.source, "sha256: "+p.sum)
	p.check("", 0, "fetch: data/raw/table.csv from "+p.source+", 0.0 MB\n")
	p.check("", 0, "fetch: up to date\n")
	assert.Equal(t, fetched, p.raw())

	// The source changes under its hash.
	data := must.Get(os.ReadFile(p.source))(t)
	data = append(data, "more"...)
	require.NoError(t, os.WriteFile(p.source, data, 0o644))
	p.check("", 1, "fetch: "+p.source+" has SHA-256 "+sumOf(data)+", expected "+p.sum+
		" as fetch.sha256 in data.yaml says; no file was replaced: if it is the table that is meant, write that SHA-256 there\n")
	assert.Equal(t, fetched, p.raw())

	require.NoError(t, os.Remove(p.source))
	p.check("", 1, "fetch: "+p.source+" does not exist\n")
	assert.Equal(t, fetched, p.raw())
}

func TestFetchInsteadOfTheConfigured(t *testing.T) {
	p := newPlace(t)
	const address = "http://127.0.0.1:1/table.csv.gz"
	p.settings("source: "+address, "sha256: "+p.sum)
	p.check(p.source, 0, "fetch: data/raw/table.csv from "+p.source+", 0.0 MB\n")
	p.check("", 0, "fetch: up to date\n")
	p.check(p.source, 0, "fetch: up to date\n")

	other := filepath.Join(t.TempDir(), "other.csv")
	require.NoError(t, os.WriteFile(other, []byte("x"), 0o644))
	p.check(other, 1, "fetch: "+other+" has SHA-256 "+sumOf([]byte("x"))+", expected "+p.sum+
		" as fetch.sha256 in data.yaml says; no file was replaced: if it is the table that is meant, write that SHA-256 there\n")
	p.check(other+"y", 1, "fetch: source "+other+"y does not exist\n")

	// Without a hash it matters where the bytes come from.
	p.settings("source: "+address, "name: table.csv")
	p.check("file://"+other, 0, "fetch: data/raw/table.csv from file://"+other+", 0.0 MB\n")
	assert.Equal(t, map[string]string{"table.csv": "x"}, p.raw())
	p.check(p.source, 0, "fetch: data/raw/table.csv from "+p.source+", 0.0 MB\n")
	assert.Equal(t, fetched, p.raw())
}

func TestFetchAddress(t *testing.T) {
	p := newPlace(t)
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		http.ServeFile(w, r, p.source)
	}))
	defer server.Close()
	address := server.URL + "/table.csv.gz"

	p.settings("source: " + address)
	p.check("", 0, "fetch: data/raw/table.csv from "+address+", 0.0 MB\n")
	assert.Equal(t, fetched, p.raw(), "what the download left is gone")
	p.check("", 0, "fetch: up to date\n")
	assert.EqualValues(t, 1, requests.Load(), "what is up to date needs no network")
	r := must.Get(stage.ReadRecord(p.Work, "fetch"))(t)
	assert.Equal(t, p.sum, r.Facts["source_sha256"], "without a configured hash it is noted")

	wrong := strings.Repeat("0", 64)
	p.settings("source: "+address, "sha256: "+wrong)
	p.check("", 1, "fetch: "+address+" has SHA-256 "+p.sum+", expected "+wrong+
		" as fetch.sha256 in data.yaml says; no file was replaced: if it is the table that is meant, write that SHA-256 there\n")
	assert.Equal(t, fetched, p.raw(), "the old file stays, the wrong one does not")

	p.settings("source: "+address, "member: a/table.csv")
	status, out := p.fetch("")
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "unpacking "+address+`: it is no archive, so it has no member "a/table.csv"`)
	assert.NotContains(t, out, ".download-", "a person knows the address")
	p.settings("source: "+address, "sha256: "+p.sum)
	p.check("", 0, "fetch: data/raw/table.csv from "+address+", 0.0 MB\n")
	assert.Equal(t, fetched, p.raw())
}

// No file and no message has the secrets of an address, whether it works or not, and whether it comes from the
// environment or instead of the settings.
func TestFetchSecrets(t *testing.T) {
	p := newPlace(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "somebody" || password != "hunter2" || r.URL.RawQuery != "sig=s3cr3t" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		http.ServeFile(w, r, p.source)
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	hidden := "http://${SOURCE_USER}:${SOURCE_PASSWORD}@" + host + "/table.csv.gz?${SOURCE_QUERY}"
	p.settings("source: http://127.0.0.1:1/table.csv")
	p.check("http://somebody:hunter2@"+host+"/table.csv.gz?sig=s3cr3t", 0, "fetch: data/raw/table.csv from "+hidden+", 0.0 MB\n")
	_, out := p.fetch("http://somebody:hunter2@" + host + "/table.csv.gz?sig=s3cr3t.")
	assert.Contains(t, out, "fetch: downloading "+hidden+": the server answered 403 Forbidden\n")
	assert.NotContains(t, out, "s3cr3t")

	p.settings("source: " + hidden)
	p.check("", 1, "fetch: source "+hidden+": set SOURCE_PASSWORD and SOURCE_QUERY and SOURCE_USER in the environment\n")
	t.Setenv("SOURCE_USER", "somebody")
	t.Setenv("SOURCE_PASSWORD", "hunter2")
	t.Setenv("SOURCE_QUERY", "sig=s3cr3t")
	p.check("", 0, "fetch: data/raw/table.csv from "+hidden+", 0.0 MB\n")

	require.NoError(t, filepath.WalkDir(p.Work, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			text := string(must.Get(os.ReadFile(path))(t))
			for _, secret := range []string{"somebody", "hunter2", "s3cr3t"} {
				assert.NotContains(t, text, secret, path)
			}
		}
		return err
	}))
}

func TestFetchNothing(t *testing.T) {
	p := newPlace(t)
	p.check("", 1, "fetch: no source is set: put a path or an address under fetch.source in data.yaml\n")
	p.settings("name: table.csv")
	p.check("", 1, "fetch: no source is set: put it under fetch.source in data.yaml, or run `SOURCE=path make fetch`\n")
	p.settings("source: ftp://example.com/table.csv")
	p.check("", 1, "fetch: source \"ftp://example.com/table.csv\": ftp:// is not supported; use a path, file://, http:// or https://\n")
}
