package source

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
)

// published is what the server has; long enough to be cut within.
var published = strings.Repeat("0123456789", 20_000)

// server counts requests and notes their ranges.
type server struct {
	*httptest.Server
	mu     sync.Mutex
	ranges []string
}

// seen returns the ranges that were asked for, in order.
func (s *server) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ranges)
}

// last returns the range that was asked for last.
func (s *server) last() string {
	all := s.seen()
	return all[len(all)-1]
}

// serve starts a server; handle is called with the number of the request,
// from 0.
func serve(t *testing.T, handle func(n int, w http.ResponseWriter, r *http.Request)) *server {
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		n := len(s.ranges)
		s.ranges = append(s.ranges, r.Header.Get("Range"))
		s.mu.Unlock()
		handle(n, w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// whole answers as a good server does, ranges included.
func whole(w http.ResponseWriter, r *http.Request, tag, text string) {
	if tag != "" {
		w.Header().Set("ETag", tag)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(text))
}

// cut promises all of the text and breaks off after n bytes.
func cut(w http.ResponseWriter, tag, text string, n int) {
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Length", fmt.Sprint(len(text)))
	send(w, text[:n])
	panic(http.ErrAbortHandler)
}

// send makes sure that the text arrives, whatever happens next.
func send(w http.ResponseWriter, text string) {
	_, _ = io.WriteString(w, text)
	_ = http.NewResponseController(w).Flush()
}

func impatient() *Downloader {
	return &Downloader{
		Client: http.DefaultClient, Attempts: 3, Wait: time.Millisecond, Stall: 100 * time.Millisecond, MaxBytes: 1 << 20,
	}
}

// get downloads /file of the server to part and returns what is there then.
func get(t *testing.T, d *Downloader, s *server, part string) (string, error) {
	t.Helper()
	err := d.Get(context.Background(), s.URL+"/file", part)
	data, _ := os.ReadFile(part)
	if err != nil {
		err = fmt.Errorf("%s", strings.ReplaceAll(err.Error(), s.URL, "http://server"))
	}
	return string(data), err
}

func newPart(t *testing.T) string { return filepath.Join(t.TempDir(), "x.part") }

func TestFetchWithoutNetwork(t *testing.T) {
	const address = "http://127.0.0.1:1/d/table.csv.gz" // where nobody listens
	s := Default()
	s.Source, s.SHA256 = address, strings.Repeat("0", 64)
	f := must.Get(NewFetcher(s, ""))(t)
	f.Downloader.Attempts = 1
	_, err := f.Get(context.Background(), t.TempDir())
	require.Error(t, err)
	assert.True(t, strings.HasPrefix(err.Error(), "downloading "+address+": "), err)
	assert.True(t, strings.HasSuffix(err.Error(), "\nwithout network, get the file with SHA-256 "+s.SHA256+
		" by other means and run `SOURCE=path/to/table.csv.gz make fetch`"), err)
}

// What is not a download stays, whatever becomes of it.
func TestFetchedFileStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "table.csv")
	require.NoError(t, os.WriteFile(path, []byte("a\n1\n"), 0o600))
	s := Default()
	s.Source, s.SHA256 = "http://127.0.0.1:1/table.csv", strings.Repeat("0", 64)
	f := must.Get(NewFetcher(s, path))(t)
	require.True(t, f.AnySource())
	got := must.Get(f.Get(context.Background(), t.TempDir()))(t)
	require.Equal(t, path, got)
	require.ErrorContains(t, must.Err(f.Verify(path)), path+" has SHA-256 ")
	require.NoError(t, f.Forget(path))
	require.FileExists(t, path)
}

// A file that is too large is refused by its size, before it is read.
func TestLargeFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "table.csv")
	require.NoError(t, os.WriteFile(path, []byte("a\n1\n"), 0o000))
	s := Default()
	s.Source, s.MaxBytes = path, 3
	f := must.Get(NewFetcher(s, ""))(t)
	_, err := f.Get(context.Background(), t.TempDir())
	require.EqualError(t, err, "source "+path+": it has more than 3 bytes: if that is right, raise fetch.max_bytes in data.yaml")
}

// A file is hashed once, unless it has changed since.
func TestVerifyOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "table.csv")
	require.NoError(t, os.WriteFile(path, []byte("a\n1\n"), 0o600))
	s := Default()
	s.Source = path
	f := must.Get(NewFetcher(s, ""))(t)
	first := must.Get(f.Verify(path))(t)
	info := must.Get(os.Stat(path))(t)
	f.verified.sum = "kept"
	again := must.Get(f.Verify(path))(t)
	assert.Equal(t, "kept", again)
	require.NoError(t, os.Chtimes(path, time.Time{}, info.ModTime().Add(time.Second)))
	changed := must.Get(f.Verify(path))(t)
	assert.Equal(t, first, changed)
}

func TestRawName(t *testing.T) {
	check := func(want string, s Settings) {
		t.Helper()
		got := must.Get(s.RawName())(t)
		assert.Equal(t, want, got)
	}
	check("housing.csv", Settings{Source: "data/external/housing.csv.gz"})
	check("housing.csv", Settings{Source: "housing.csv"})
	check("my data.csv", Settings{Source: "file:///tmp/my%20data.csv.gz"})
	check("a.csv", Settings{Source: "https://example.com/x/a.csv.gz?token=b/c#d"})
	check("housing.csv", Settings{Source: "https://example.com/housing.tgz", Member: "housing/housing.csv"})
	check("t.parquet", Settings{Source: "https://example.com/t.parquet"})
	check("own.csv", Settings{Source: "https://example.com/export", Name: "own.csv"})
	check("own.csv", Settings{Name: "own.csv"})

	_, err := Settings{}.RawName()
	require.EqualError(t, err, "no source is set: put a path or an address under fetch.source in data.yaml")
	require.ErrorContains(t, must.Err(Settings{Source: "https://example.com/"}.RawName()), "set fetch.name")
}

func TestSettingsAreChecked(t *testing.T) {
	for text, want := range map[string]string{
		"sha256: abc":     `x.yaml:1:9: sha256: has 3 characters; exactly 64 allowed`,
		"name: ../x":      `x.yaml:1:7: name: "../x" is not valid: it must be excludesall /\`,
		"max_bytes: 0":    `x.yaml:1:12: max_bytes: 0 is not greater than 0`,
		"sources: [a, b]": `x.yaml:1:1: sources: unknown key; did you mean "source"?`,
	} {
		s := Default()
		assert.EqualError(t, config.Parse("x.yaml", []byte(text), &s), want)
	}
}

func TestLocalPath(t *testing.T) {
	for source, want := range map[string]string{
		"data/x.csv": "data/x.csv", "/a b/x.csv": "/a b/x.csv",
		"file:///a%20b/x.csv": "/a b/x.csv", "file://localhost/x.csv": "/x.csv",
	} {
		assert.False(t, IsRemote(source))
		got := must.Get(LocalPath(source))(t)
		assert.Equal(t, want, got)
	}
	_, err := LocalPath("file://data/x.csv")
	require.EqualError(t, err, `source "file://data/x.csv": the file is on another host, data; a path starts with file:///`)
	_, err = LocalPath("s3://bucket/x.csv")
	require.EqualError(t, err, `source "s3://bucket/x.csv": s3:// is not supported; use a path, file://, http:// or https://`)
	assert.True(t, IsRemote("HTTPS://example.com/x"))
}
