package source

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

func TestDownload(t *testing.T) {
	s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/file" {
			http.Redirect(w, r, "/moved", http.StatusFound)
			return
		}
		assert.Equal(t, "identity", r.Header.Get("Accept-Encoding"))
		whole(w, r, `"1"`, published)
	})
	part := newPart(t)
	var have, total, written int64
	d := impatient()
	d.Progress = func(h, n int64) io.WriteCloser {
		have, total = h, n
		return counter{&written}
	}
	got := must.Get(get(t, d, s, part))(t)
	assert.True(t, got == published)
	assert.EqualValues(t, []int64{0, 200_000, 200_000}, []int64{have, total, written})

	got, err := get(t, d, s, part)
	require.NoError(t, err, "all is there already")
	assert.True(t, got == published)
	assert.Equal(t, "bytes=200000-", s.last())

	require.NoError(t, Forget(part))
	require.NoError(t, Forget(part), "twice")
	left := must.Get(os.ReadDir(filepath.Dir(part)))(t)
	assert.Empty(t, left)
}

type counter struct{ n *int64 }

func (c counter) Write(b []byte) (int, error) {
	*c.n += int64(len(b))
	return len(b), nil
}

func (c counter) Close() error { return nil }

func TestDownloadResumes(t *testing.T) {
	s := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		switch n {
		case 0:
			cut(w, `"1"`, published, 70_000)
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			w.Header().Set("Content-Range", fmt.Sprintf("bytes 70000-%d/%d", len(published)-1, len(published)))
			w.Header().Set("Content-Length", fmt.Sprint(len(published)-70_000))
			w.WriteHeader(http.StatusPartialContent)
			send(w, published[70_000:120_000])
			panic(http.ErrAbortHandler)
		default:
			assert.Equal(t, `"1"`, r.Header.Get("If-Range"))
			whole(w, r, `"1"`, published)
		}
	})
	got := must.Get(get(t, impatient(), s, newPart(t)))(t)
	assert.True(t, got == published)
	assert.Equal(t, []string{"", "bytes=70000-", "bytes=70000-", "bytes=120000-"}, s.seen())
}

// A later run goes on as well: the process may have been killed.
func TestDownloadResumesInAnotherRun(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if broken.Load() {
			cut(w, `"1"`, published, 70_000)
		}
		whole(w, r, `"1"`, published)
	})
	part := newPart(t)
	d := impatient()
	d.Attempts = 1
	_, err := get(t, d, s, part)
	require.EqualError(t, err, "downloading http://server/file: the connection ends before the file does, time and again")
	broken.Store(false)
	got := must.Get(get(t, d, s, part))(t)
	assert.True(t, got == published)
	assert.Equal(t, "bytes=70000-", s.last())
}

func TestDownloadStartsOver(t *testing.T) {
	other := strings.Repeat("abcdefghij", 9_000)
	check := func(name string, handle func(n int, w http.ResponseWriter, r *http.Request)) {
		t.Run(name, func(t *testing.T) {
			got := must.Get(get(t, impatient(), serve(t, handle), newPart(t)))(t)
			assert.True(t, got == other, "the parts of two files are mixed")
		})
	}
	check("another file under the address", func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 0 {
			cut(w, `"1"`, published, 70_000)
		}
		whole(w, r, `"2"`, other)
	})
	check("a weak tag", func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 0 {
			cut(w, `W/"1"`, published, 70_000)
		}
		assert.Empty(t, r.Header.Get("Range"), "the same weak tag may stand for other bytes")
		whole(w, r, `W/"1"`, other)
	})
	check("a server without ranges", func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 0 {
			cut(w, `"1"`, published, 70_000)
		}
		_, _ = io.WriteString(w, other)
	})
	check("a shorter file under the same tag", func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 0 {
			cut(w, `"1"`, published, 150_000)
		}
		whole(w, r, `"1"`, other)
	})
	part := func(w http.ResponseWriter, tag, text string, from, to int) {
		w.Header().Set("ETag", tag)
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to-1, len(text)))
		w.WriteHeader(http.StatusPartialContent)
		_, _ = io.WriteString(w, text[from:to])
	}
	check("another file's part, by its tag", func(n int, w http.ResponseWriter, _ *http.Request) {
		switch n {
		case 0:
			cut(w, `"1"`, published[:len(other)], 70_000)
		case 1: // a server that ignores If-Range
			part(w, `"2"`, other, 70_000, len(other))
		default:
			_, _ = io.WriteString(w, other)
		}
	})
	check("another file's part, by its size", func(n int, w http.ResponseWriter, r *http.Request) {
		switch n {
		case 0:
			cut(w, `"1"`, published, 70_000)
		case 1:
			part(w, "", other, 70_000, len(other))
		default:
			whole(w, r, `"1"`, other)
		}
	})
	check("a file in parts that the server caps", func(_ int, w http.ResponseWriter, r *http.Request) {
		from := 0
		_, _ = fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
		part(w, `"1"`, other, from, min(from+20_000, len(other)))
	})
	check("another part than was asked for", func(n int, w http.ResponseWriter, r *http.Request) {
		switch n {
		case 0:
			cut(w, `"1"`, other, 50_000)
		case 1:
			w.Header().Set("Content-Range", "bytes 0-9/90000")
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, other[:10])
		default:
			whole(w, r, `"1"`, other)
		}
	})
}

func TestDownloadGivesUp(t *testing.T) {
	check := func(name string, requests int, want string, handle func(w http.ResponseWriter, r *http.Request)) {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { handle(w, r) })
			require.EqualError(t, must.Err(get(t, impatient(), s, newPart(t))), "downloading http://server/file: "+want)
			assert.Len(t, s.seen(), requests)
		})
	}
	status := func(code int) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	check("not found", 1, "the server answered 404 Not Found", status(404))
	check("forbidden", 1, "the server answered 403 Forbidden", status(403))
	check("unavailable", 3, "the server answered 503 Service Unavailable", status(503))
	check("too many requests", 3, "the server answered 429 Too Many Requests", status(429))
	check("a page", 1, "the server answered with a web page, not with a file", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<!DOCTYPE html><p>Please log in")
	})
	check("unavailable for long", 1, "the server answered 503 Service Unavailable, and asks to come back in 1h0m0s",
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
		})
	check("redirects in a circle", 2, "the server redirects without end, 2 times so far, to http://server/file",
		func(w http.ResponseWriter, r *http.Request) {
			to := map[string]string{"/file": "/there", "/there": "/file"}[r.URL.Path]
			http.Redirect(w, r, to, http.StatusFound)
		})
	check("silent", 3, "the server sends nothing more", func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
	})
	check("silent in the middle", 3, "the server sends nothing more", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "200000")
		send(w, published[:5000])
		<-r.Context().Done()
	})
	check("always cut at the same place", 3, "the connection ends before the file does, time and again",
		func(w http.ResponseWriter, _ *http.Request) { cut(w, "", published, 5000) })
	const tooLarge = "it has more than 1048576 bytes: if that is right, raise fetch.max_bytes in data.yaml"
	check("too large", 1, tooLarge, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		w.Header().Set("Content-Length", "2000000")
	})
	check("a part of what is too large", 1, tooLarge, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Range", "bytes 0-9/2000000")
		w.WriteHeader(http.StatusPartialContent)
		send(w, published[:10])
	})
	check("too large, and does not say so", 1, tooLarge, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		for range 100 {
			send(w, published)
		}
	})
}

func TestDownloadWithoutNetwork(t *testing.T) {
	s := serve(t, func(int, http.ResponseWriter, *http.Request) {})
	s.Close()
	_, err := get(t, impatient(), s, newPart(t))
	require.ErrorContains(t, err, "connection refused")
	assert.NotContains(t, err.Error(), "Get ", "the address is named once")

	err = impatient().Get(context.Background(), "http://user:secret@127.0.0.1:1/x", newPart(t))
	require.ErrorContains(t, err, "downloading http://${SOURCE_USER}:${SOURCE_PASSWORD}@127.0.0.1:1/x: ")
	require.Error(t, impatient().Get(context.Background(), "http://[/x", newPart(t)))
}

func TestDownloadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		cancel()
		cut(w, `"1"`, published, 1000)
	})
	d := impatient()
	d.Wait = time.Hour
	require.ErrorIs(t, d.Get(ctx, s.URL, newPart(t)), context.Canceled)
}

func TestWaitsGrow(t *testing.T) {
	var at []time.Time
	s := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		at = append(at, time.Now())
		w.WriteHeader(http.StatusBadGateway)
	})
	d := impatient()
	d.Wait = 20 * time.Millisecond
	require.Error(t, must.Err(get(t, d, s, newPart(t))))
	require.Len(t, at, 3)
	assert.GreaterOrEqual(t, at[1].Sub(at[0]), 20*time.Millisecond)
	assert.GreaterOrEqual(t, at[2].Sub(at[1]), 40*time.Millisecond)
}

// A server that says when to come back is asked again then, not before.
func TestRetryAfter(t *testing.T) {
	for _, header := range []string{"1", time.Now().Add(3 * time.Second).UTC().Format(http.TimeFormat)} {
		var at []time.Time
		s := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
			at = append(at, time.Now())
			if n == 0 {
				w.Header().Set("Retry-After", header)
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			whole(w, r, `"1"`, published)
		})
		must.Get(get(t, impatient(), s, newPart(t)))(t)
		assert.GreaterOrEqual(t, at[1].Sub(at[0]), 900*time.Millisecond, header)
	}
}
