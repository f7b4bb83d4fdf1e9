package serving

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/schema"
	"example.com/engine/serving/servingtest"
	"example.com/engine/serving/wire"
	"example.com/engine/settings"
	"example.com/engine/table"
)

// census is the project's own table and configuration, with a model fitted on
// four of five rows. The others are for the tests to ask for.
type census struct {
	path string // of the model file
	test *table.Table
}

var fitCensus = sync.OnceValues(func() (census, error) {
	const project = "../../tests/testdata/project/"
	var s schema.Schema
	features := settings.Features[derive.List, settings.Other]{}
	cfg := model.DefaultConfig()
	err := errors.Join(
		config.Load(project+"configs/schema.yaml", &s), config.Load(project+"configs/features.yaml", &features),
		config.Parse("test", []byte(pipeline), &cfg),
	)
	if err != nil {
		return census{}, err
	}
	all, err := table.ReadFile(project+"data/external/housing.csv.gz", table.Options{Fields: s.Fields()})
	if err != nil {
		return census{}, err
	}
	var train, test []int
	for i := range all.Len() {
		if i%5 == 0 {
			test = append(test, i)
		} else {
			train = append(train, i)
		}
	}
	path, err := servingtest.Fit(model.Recipe{Config: cfg, Schema: s, Derive: features.Derive}, all.Take(train))
	return census{path, all.Take(test)}, err
})

// pipeline is that of configs/model.yaml in small.
const pipeline = `
columns:
  - {columns: [total_rooms, total_bedrooms, population, households, median_income], steps: [log, standard_scaler]}
  - {columns: [latitude, longitude], steps: [cluster_similarity: {n_clusters: 5}]}
  - {pattern: ^km_to_, steps: [standard_scaler]}
estimator:
  gradient_boosting_regressor: {max_iter: 20}
cross_validation:
  split: {kfold: {folds: 2}}
`

func theCensus(t testing.TB) census {
	t.Helper()
	return must.Get(fitCensus())(t)
}

func TestMain(m *testing.M) { servingtest.Main(m) }

// routes are those of this package.
func (s *Server) routes() http.Handler {
	r := gin.New()
	s.Prepare(r)
	s.MountPredictions(r)
	s.MountOperations(r)
	return r
}

// startServer runs a server of the model file, and returns it and its address.
func startServer(t testing.TB, path string, settings Settings) (*Server, string) {
	t.Helper()
	s := must.Get(New(settings, path, io.Discard))(t)
	return s, servingtest.Serve(t, s.routes())
}

// Recording is a server that keeps predictions, until stop.
func Recording(t *testing.T, target string, settings Settings, routes func(testing.TB, *Server) http.Handler) (url string, stop func()) {
	t.Helper()
	s := must.Get(New(settings, servingtest.Toy(t, target), io.Discard))(t)
	h := httptest.NewServer(routes(t, s))
	return h.URL, func() {
		h.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		require.NoError(t, s.recorder.close(ctx))
	}
}

// rowJSON is row i of t as a client would send it, with all digits.
func rowJSON(t *table.Table, columns []wire.Input, i int) string {
	var b bytes.Buffer
	for k, c := range columns {
		sep := ","
		if k == 0 {
			sep = "{"
		}
		b.WriteString(sep)
		b.Write(wire.AppendJSON(nil, c.Name))
		b.WriteByte(':')
		col := t.Column(c.Name)
		switch {
		case col.IsNull(i):
			b.WriteString("null")
		case col.Kind == table.Float:
			b.Write(table.AppendFloat(nil, col.Floats[i]))
		default:
			b.Write(wire.AppendJSON(nil, col.String(i)))
		}
	}
	b.WriteByte('}')
	return b.String()
}

// Stop makes the server tell that it stops.
func (s *Server) Stop() { s.stopping.Store(true) }

// Recorded are the predictions kept in a folder.
var Recorded = recorded
