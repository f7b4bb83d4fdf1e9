package main

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/stage/stagetest"
)

// configs name every sort of step that learns from rows, and a leak-prone one
// that learns from the target.
var configs = map[string]string{
	"schema.yaml": `
target: price
columns:
  - {name: year, type: number}
  - {name: size, type: number, nullable: true}
  - {name: place, type: category, nullable: true}
  - {name: east, type: number}
  - {name: north, type: number}
  - {name: price, type: number}
`,
	"features.yaml": "derive: [log: {name: log_east, column: east}]\nsplit: {time: {column: year, after: \"1\"}}\n",
	"model.yaml": `
columns:
  - {columns: [size, log_east], steps: [simple_imputer: {strategy: median}, quantile_transformer: {n_quantiles: 20}]}
  - {columns: [place], steps: [target_encoder]}
  - {columns: [east, north], steps: [cluster_similarity: {n_clusters: 5}]}
`,
}

// Whatever stands in the test rows, the model is the same bytes: nothing that
// is fitted has seen them.
func TestPlantedTestRowsDoNotChangeTheModel(t *testing.T) {
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", bin+"/", "../features", ".")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	first := trainedOn(t, bin, planted(1, 1))
	require.Equal(t, first, trainedOn(t, bin, planted(1, 2)), "other test rows")
	require.NotEqual(t, first, trainedOn(t, bin, planted(2, 1)), "other training rows")
}

// planted is a table whose training rows are drawn by one seed and whose test
// rows, every fifth, by another.
func planted(training, test uint64) string {
	var b strings.Builder
	b.WriteString("year,size,place,east,north,price\n")
	rows := [2]*rand.Rand{rand.New(rand.NewPCG(training, 1)), rand.New(rand.NewPCG(test, 2))}
	for i := range 400 {
		year, rng, scale := 1, rows[0], 1.0
		if i%5 == 0 {
			year, rng, scale = 2, rows[1], 1000
		}
		size, place := scale*rng.Float64(), []string{"hill", "shore", ""}[rng.IntN(3)]
		fmt.Fprintf(&b, "%d,%g,%s,%g,%g,%g\n", year, size, place, 1+scale*rng.Float64(), rng.Float64(), size*scale+rng.Float64())
	}
	return b.String()
}

// trainedOn runs features and train and returns the bytes of the model.
func trainedOn(t *testing.T, bin, clean string) string {
	t.Helper()
	p := stagetest.New(t)
	for name, text := range configs {
		p.Set(name, text)
	}
	p.Write("data/processed/clean.csv", clean)
	for _, program := range []string{"features", "train"} {
		out, err := exec.Command(filepath.Join(bin, program), "-config", p.Config, "-work", p.Work).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	return p.Read("models/candidate/model.zip")
}
