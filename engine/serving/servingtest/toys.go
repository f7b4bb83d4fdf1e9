// Package servingtest has what tests of a server need: small models, rows for
// them, and a client.
package servingtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// The toy has a column of each type and a class or a number to predict. Its
// logarithm has no result for a size of 0 and below.
const toySchema = `
target: %s
columns:
  - {name: size, type: number, unit: m², description: floor, min: 1, max: 200}
  - {name: rooms, type: integer, min: 1}
  - {name: city, type: category, categories: [bern, "ge<n>ève", "a/b~c"]}
  - {name: built, type: time, nullable: true}
  - {name: heat, type: category, nullable: true, categories: [gas, wood], on_unseen: warning}
  - {name: note, type: text, nullable: true}
  - {name: price, type: number, unit: CHF, description: asked}
  - {name: kind, type: category}
rules: [{lower: rooms, upper: size}]
`

const toyModel = `
columns:
  - {columns: [size], steps: [log]}
  - {columns: [rooms, built_year], steps: [simple_imputer]}
  - {columns: [city, heat], steps: [one_hot_encoder: {handle_unknown: ignore}]}
`

const toyFeatures = `derive: [date: {column: built, parts: [year]}]`

// ToyRow is a row that the toy answers without a warning.
const ToyRow = `{"size":80,"rooms":3,"city":"bern","built":"1999-05-31","heat":"gas","note":"by the river"}`

// toys are the paths of a regression, of a classification, and of a regression whose
// schema gives single checks a severity of their own.
var toys = map[string]func() (string, error){
	"severities": sync.OnceValues(func() (string, error) { return FitToyOf("price", "estimator: ridge", severities) }),
	"price":      sync.OnceValues(func() (string, error) { return FitToy("price", "estimator: ridge") }),
	"kind": sync.OnceValues(func() (string, error) {
		return FitToy("kind", "task: multiclass\nestimator: {gradient_boosting_classifier: {max_iter: 5, min_samples_leaf: 2}}")
	}),
}

// Toy returns the path of a model by its name: price, kind or severities.
func Toy(t testing.TB, target string) string {
	t.Helper()
	path, err := toys[target]()
	require.NoError(t, err)
	return path
}

// FitToy fits a model with the settings more, and returns its path.
func FitToy(target, more string) (string, error) {
	return FitToyOf(target, more, func(*schema.Schema) {})
}

// Mean returns the path of a model that knows no more than the mean price; it is for examples.
func Mean() string {
	path, err := FitToy("price", "estimator: dummy\nintervals: {method: none}")
	if err != nil {
		panic(err)
	}
	return path
}

// FitToyOf is FitToy for a schema that is changed in some way.
func FitToyOf(target, more string, change func(*schema.Schema)) (string, error) {
	recipe := model.Recipe{Config: model.DefaultConfig()}
	others := regexp.MustCompile(`(?m)^.*name: (price|kind),.*\n`) // the other target is no input
	text := others.ReplaceAllStringFunc(fmt.Sprintf(toySchema, target), func(line string) string {
		if strings.Contains(line, "name: "+target) {
			return line
		}
		return ""
	})
	var features struct {
		Derive derive.List `yaml:"derive"`
	}
	err := errors.Join(
		config.Parse("model.yaml", []byte(toyModel+more), &recipe.Config),
		config.Parse("schema.yaml", []byte(text), &recipe.Schema),
		config.Parse("features.yaml", []byte(toyFeatures), &features),
	)
	if err != nil {
		return "", err
	}
	change(&recipe.Schema)
	if err := recipe.Schema.Validate(); err != nil {
		return "", err
	}
	recipe.Derive = features.Derive
	return Fit(recipe, toyTable(&recipe.Schema))
}

func toyTable(s *schema.Schema) *table.Table {
	const n = 120
	size, rooms, price := make([]float64, n), make([]float64, n), make([]float64, n)
	city, heat, note, kind := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	built := make([]int64, n)
	for i := range n {
		size[i] = 20 + float64(i)
		rooms[i] = float64(1 + i%6)
		city[i] = []string{"bern", "ge<n>ève", "a/b~c"}[i%3]
		heat[i] = []string{"gas", "wood", ""}[i%3]
		note[i] = []string{"", "view"}[i%2]
		built[i] = int64(i) * 1e18 / 8
		price[i] = 1000*size[i] + 5000*rooms[i]
		kind[i] = []string{"flat", "house", `"loft", \ top`}[i/40]
	}
	built[7] = table.NullTime
	all := table.Must(
		table.Floats("size", size), table.Floats("rooms", rooms), table.Categories("city", city), table.Times("built", built),
		table.Categories("heat", heat), table.Texts("note", note), table.Floats("price", price), table.Categories("kind", kind),
	)
	var names []string
	for _, c := range s.Columns {
		names = append(names, c.Name)
	}
	t, err := all.Select(names...)
	if err != nil {
		panic(err)
	}
	return t
}

// ToyHeader is the first line of the toys as CSV.
const ToyHeader = "size,rooms,city,built,heat,note\n"

// With is the toy's row with members replaced; a value of "" leaves one out.
func With(members ...string) string {
	var row map[string]json.RawMessage
	if err := json.Unmarshal([]byte(ToyRow), &row); err != nil {
		panic(err)
	}
	for i := 0; i < len(members); i += 2 {
		row[members[i]] = json.RawMessage(members[i+1])
		if members[i+1] == "" {
			delete(row, members[i])
		}
	}
	var out []string
	for _, name := range []string{"size", "rooms", "city", "built", "heat", "note", "more"} {
		if v, ok := row[name]; ok {
			out = append(out, fmt.Sprintf("%q:%s", name, v))
		}
	}
	return "{" + strings.Join(out, ",") + "}"
}

// Fit saves a fitted model in the folder of this run and returns its path.
func Fit(r model.Recipe, train *table.Table) (string, error) {
	folds, err := r.Folds(train)
	if err != nil {
		return "", err
	}
	_, held, err := r.HoldOut(context.Background(), train, folds, nil, func() {})
	if err != nil {
		return "", err
	}
	m, warnings, err := r.FitCalibrated(context.Background(), train, held)
	if err != nil || len(warnings) > 0 {
		return "", fmt.Errorf("fitting: %w %q", err, warnings)
	}
	if err := m.TakeProfile(train, held); err != nil {
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

// Main runs the tests of a package, with a folder for its models; it is for TestMain.
func Main(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	var err error
	if runDir, err = os.MkdirTemp("", "serving"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(runDir)
	os.Exit(status)
}

// InRunDir gives a file of the run's folder.
func InRunDir(name string) string { return filepath.Join(runDir, name) }

// severities gives single checks of the toy's schema a severity of their own.
func severities(s *schema.Schema) {
	of := func(column string, severity schema.Severity, checks map[string]schema.Severity) {
		c := s.Column(column)
		c.Severity, c.Severities = severity, checks
	}
	of("size", "", map[string]schema.Severity{"min": "warning", "max": "off"})
	of("rooms", "", map[string]schema.Severity{"integer": "warning", "null": "warning", "min": "off"})
	of("city", "warning", map[string]schema.Severity{"category": "error"})
	s.Column("heat").OnUnseen = "off"
	of("built", "", map[string]schema.Severity{"type": "warning"})
	of("note", "", map[string]schema.Severity{"pattern": "warning"})
	s.Column("note").Pattern = "^[a-z ]*$"
	s.Rules[0].Severity = "off"
}
