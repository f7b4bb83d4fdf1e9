package serving

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/serving/servingtest"
	"example.com/engine/table"
)

// answer is what a prediction and its interval must be, to the bit.
type answer struct{ Prediction, Lower, Upper float64 }

// evaluated returns what evaluate writes for the rows: the numbers of
// predictions.csv, read back from text.
func evaluated(t *testing.T, c census) []answer {
	t.Helper()
	m := must.Get(model.Open(c.path))(t)
	p := must.Get(m.Predict(c.test))(t)
	truth := must.Get(m.Truth(c.test))(t)
	written := table.Must(
		table.Floats("row", make([]float64, c.test.Len())), table.Floats("actual", truth), table.Floats("predicted", p.Values),
		table.Floats("lower", p.Lower), table.Floats("upper", p.Upper),
	)
	path := servingtest.InRunDir("predictions.csv")
	f := must.Get(os.Create(path))(t)
	defer f.Close()
	w, err := table.NewWriter(f, "csv", append(results.PredictionFields(m.Task, nil), results.IntervalFields(m.Task)...))
	require.NoError(t, err)
	require.NoError(t, w.Write(written))
	require.NoError(t, w.Close())
	back := must.Get(table.ReadFile(path, table.Options{}))(t)
	all := make([]answer, back.Len())
	for i, row := range back.Rows() {
		all[i] = answer{row.Float("predicted"), row.Float("lower"), row.Float("upper")}
	}
	return all
}

// served is an answer of /predict.
type served struct {
	Prediction float64
	Interval   struct{ Lower, Upper, Level float64 }
}

func (s served) answer() answer { return answer{s.Prediction, s.Interval.Lower, s.Interval.Upper} }

// requests are the test rows as a client sends them.
func (c census) requests(s *Server) []string {
	rows := make([]string, c.test.Len())
	for i := range rows {
		rows[i] = rowJSON(c.test, s.champion.Load().Inputs.Columns, i)
	}
	return rows
}

// Every test row, sent by itself and in lists of several sizes, is answered
// with the bits that evaluate wrote.
func TestEveryTestRowIsAnsweredAsEvaluated(t *testing.T) {
	c := theCensus(t)
	s, url := startServer(t, c.path, Default())
	want, rows := evaluated(t, c), c.requests(s)
	require.Len(t, want, 4128)
	require.Less(t, want[0].Lower, want[0].Upper)
	for _, size := range []int{1, 7, len(rows)} {
		assert.Empty(t, differing(t, url, rows, want, size), "in lists of %d", size)
	}
	for i := 0; i < len(rows); i += 10 {
		one := servingtest.Answer[served](t, url+"/predict", rows[i])
		require.Equal(t, want[i], one.answer(), "row %d", i)
		require.Equal(t, 0.9, one.Interval.Level)
	}
}

// The comparison sees a skew of the last bit in one row.
func TestParitySeesASkew(t *testing.T) {
	c := theCensus(t)
	s, url := startServer(t, c.path, Default())
	want, rows := evaluated(t, c)[:100], c.requests(s)[:100]
	require.Empty(t, differing(t, url, rows, want, 30))
	want[42].Prediction *= 1 + 1e-15
	want[43].Upper *= 1 + 1e-15
	assert.Equal(t, []int{42, 43}, differing(t, url, rows, want, 30))
}

// differing sends the rows in lists of a size and returns those that are not
// answered with the bits wanted.
func differing(t *testing.T, url string, rows []string, want []answer, size int) []int {
	t.Helper()
	var different []int
	for from := 0; from < len(rows); from += size {
		to := min(from+size, len(rows))
		list := servingtest.Answer[struct{ Predictions []served }](t, url+"/predict", "["+strings.Join(rows[from:to], ",")+"]")
		require.Len(t, list.Predictions, to-from)
		for i, p := range list.Predictions {
			if p.answer() != want[from+i] {
				different = append(different, from+i)
			}
		}
	}
	return different
}

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
		s := must.Get(New(settings, path, io.Discard))(b)
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
