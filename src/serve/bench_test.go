package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// discard is a ResponseWriter that keeps nothing but the status.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }

// The time of a request without the network. MODEL names the model file, else
// it is that of the tests.
func BenchmarkPredict(b *testing.B) {
	c := theCensus(b)
	path := c.path
	if other := os.Getenv("MODEL"); other != "" {
		path = other
	}
	s, err := newServer(Default(), path, io.Discard)
	require.NoError(b, err)
	columns := s.champion.Load().inputs.columns
	rows := make([]string, 10_000)
	for i := range rows {
		rows[i] = rowJSON(c.test, columns, i%c.test.Len())
	}
	routes := s.routes()
	run := func(name, body string) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				r := httptest.NewRequest(http.MethodPost, "/predict", strings.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				w := &discard{header: http.Header{}}
				routes.ServeHTTP(w, r)
				require.Equal(b, http.StatusOK, w.status)
			}
		})
	}
	run("row", rows[0])
	run("10000_rows", "["+strings.Join(rows, ",")+"]")
}
