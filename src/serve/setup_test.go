package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// census is the project's own table and configuration, with a model fitted on
// four of five rows. The others are for the tests to ask for.
type census struct {
	path string // of the model file
	test *table.Table
}

var fitCensus = sync.OnceValues(func() (census, error) {
	var s schema.Schema
	if err := config.Load("../../tests/testdata/project/configs/schema.yaml", &s); err != nil {
		return census{}, err
	}
	features := struct {
		Derive derive.List `yaml:"derive"`
		Split  any         `yaml:"split"`
		Seed   any         `yaml:"seed"`
	}{}
	if err := config.Load("../../tests/testdata/project/configs/features.yaml", &features); err != nil {
		return census{}, err
	}
	cfg := model.DefaultConfig()
	if err := config.Parse("test", []byte(pipeline), &cfg); err != nil {
		return census{}, err
	}
	all, err := table.ReadFile("../../tests/testdata/project/data/external/housing.csv.gz", table.Options{Fields: s.Fields()})
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
	path, err := fit(model.Recipe{Config: cfg, Schema: s, Derive: features.Derive}, all.Take(train))
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

// fit saves a fitted model in the folder of this run and returns its path.
func fit(r model.Recipe, train *table.Table) (string, error) {
	derived, err := r.Derive.Apply(train)
	if err != nil {
		return "", err
	}
	folds, err := r.Folds(derived)
	if err != nil {
		return "", err
	}
	_, held, err := r.HoldOut(context.Background(), derived, folds, nil, func() {})
	if err != nil {
		return "", err
	}
	m, warning, err := r.FitCalibrated(context.Background(), derived, held)
	if err != nil || warning != "" {
		return "", fmt.Errorf("fitting: %w %s", err, warning)
	}
	if err := m.TakeProfile(derived, held); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(runDir, "*.zip")
	if err != nil {
		return "", err
	}
	defer f.Close()
	return f.Name(), m.Save(f)
}

// runDir holds the models of this run.
var runDir string

func TestMain(m *testing.M) {
	var err error
	if runDir, err = os.MkdirTemp("", "serve"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(runDir)
	os.Exit(status)
}

func theCensus(t testing.TB) census {
	t.Helper()
	c, err := fitCensus()
	require.NoError(t, err)
	return c
}

// start runs a server of the model file, and returns it and its address.
func startServer(t testing.TB, path string, settings Settings) (*server, string) {
	t.Helper()
	s, err := newServer(settings, path, io.Discard)
	require.NoError(t, err)
	h := httptest.NewServer(s.routes())
	t.Cleanup(h.Close)
	return s, h.URL
}

// post sends a body and returns the answer.
func post(t testing.TB, url, contentType, body string) (int, string) {
	t.Helper()
	r, err := http.Post(url, contentType, strings.NewReader(body))
	require.NoError(t, err)
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, string(data)
}

// rowJSON is row i of t as a client would send it, with all digits.
func rowJSON(t *table.Table, columns []input, i int) string {
	var b bytes.Buffer
	for k, c := range columns {
		sep := ","
		if k == 0 {
			sep = "{"
		}
		b.WriteString(sep)
		b.Write(appendJSON(nil, c.Name))
		b.WriteByte(':')
		col := t.Column(c.Name)
		switch {
		case col.IsNull(i):
			b.WriteString("null")
		case col.Kind == table.Float:
			b.Write(table.AppendFloat(nil, col.Floats[i]))
		default:
			b.Write(appendJSON(nil, col.String(i)))
		}
	}
	b.WriteByte('}')
	return b.String()
}

// inRunDir gives a file of the run's folder.
func inRunDir(name string) string { return filepath.Join(runDir, name) }
