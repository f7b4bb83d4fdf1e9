package main

import (
	"encoding/json"
	"fmt"
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

// toyRow is a row that the toy answers without a warning.
const toyRow = `{"size":80,"rooms":3,"city":"bern","built":"1999-05-31","heat":"gas","note":"by the river"}`

// toys are the paths of a regression and of a classification.
var toys = map[string]func() (string, error){
	"price": sync.OnceValues(func() (string, error) { return fitToy("price", "estimator: ridge") }),
	"kind": sync.OnceValues(func() (string, error) {
		return fitToy("kind", "task: multiclass\nestimator: {gradient_boosting_classifier: {max_iter: 5, min_samples_leaf: 2}}")
	}),
}

func toy(t testing.TB, target string) string {
	t.Helper()
	path, err := toys[target]()
	require.NoError(t, err)
	return path
}

func fitToy(target, more string) (string, error) {
	recipe := model.Recipe{Config: model.DefaultConfig()}
	if err := config.Parse("model.yaml", []byte(toyModel+more), &recipe.Config); err != nil {
		return "", err
	}
	text := fmt.Sprintf(toySchema, target)
	for _, column := range []string{"price", "kind"} { // the other target is no input
		if column != target {
			lines := strings.Split(text, "\n")
			for i, line := range lines {
				if strings.Contains(line, "name: "+column) {
					lines[i] = ""
				}
			}
			text = strings.Join(lines, "\n")
		}
	}
	if err := config.Parse("schema.yaml", []byte(text), &recipe.Schema); err != nil {
		return "", err
	}
	var features struct {
		Derive derive.List `yaml:"derive"`
	}
	if err := config.Parse("features.yaml", []byte(toyFeatures), &features); err != nil {
		return "", err
	}
	recipe.Derive = features.Derive
	return fit(recipe, toyTable(&recipe.Schema))
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

// faultsOf returns the problem that was answered, with its faults by pointer.
func faultsOf(t testing.TB, body string) (problem, map[string]fault) {
	t.Helper()
	var p problem
	require.NoError(t, json.Unmarshal([]byte(body), &p), body)
	byPointer := map[string]fault{}
	for _, f := range p.Errors {
		require.NotContains(t, byPointer, f.Pointer, "told twice")
		byPointer[f.Pointer] = f
	}
	return p, byPointer
}
