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
