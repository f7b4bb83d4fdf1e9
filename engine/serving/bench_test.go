package serving

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

// The time of a request without the network, with nothing kept and with all
// predictions kept. MODEL names the model file, else it is that of the tests.
func BenchmarkPredict(b *testing.B) {
	c := theCensus(b)
	path := c.path
	if other := os.Getenv("MODEL"); other != "" {
		path = other
	}
	plain := Default()
	plain.Log.Requests = "problems"
	kept := plain
	kept.Predictions.Folder = b.TempDir()
	rows := make([]string, 10_000)
	run := func(name string, settings Settings, body func() string) {
		s, err := New(settings, path, io.Discard)
		require.NoError(b, err)
		columns := s.champion.Load().Inputs.Columns
		for i := range rows {
			rows[i] = rowJSON(c.test, columns, i%c.test.Len())
		}
		routes, text := s.routes(), body()
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				r := httptest.NewRequest(http.MethodPost, "/predict", strings.NewReader(text))
				r.Header.Set("Content-Type", "application/json")
				w := &discard{header: http.Header{}}
				routes.ServeHTTP(w, r)
				require.Equal(b, http.StatusOK, w.status)
			}
		})
	}
	row := func() string { return rows[0] }
	list := func() string { return "[" + strings.Join(rows, ",") + "]" }
	run("row", plain, row)
	run("row_kept", kept, row)
	run("10000_rows", plain, list)
	run("10000_rows_kept", kept, list)
}
