package model

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/schema"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// suspects is a recipe that takes the column x, of that type, and predicts y.
func suspects(t *testing.T, typ, target schema.Type, more string) Recipe {
	t.Helper()
	r := Recipe{Config: DefaultConfig()}
	steps := "simple_imputer"
	if typ == schema.Category {
		steps = "one_hot_encoder"
	}
	require.NoError(t, config.Parse("model.yaml", []byte("columns: [{columns: [x], steps: ["+steps+"]}]\n"+more), &r.Config))
	r.Schema = schema.Schema{Target: "y", Columns: []schema.Column{
		{Name: "x", Type: typ, Nullable: true}, {Name: "unused", Type: schema.Number}, {Name: "y", Type: target},
	}}
	return r
}

func TestLeaksOfANumber(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	y := make([]float64, 2000)
	for i := range y {
		y[i] = 0.1 + 8*rng.Float64()
	}
	for name, c := range map[string]struct {
		of   func(y float64, i int) float64
		want string
	}{
		"a copy":             {func(y float64, _ int) float64 { return y }, `column "x" equals the target`},
		"in another unit":    {func(y float64, _ int) float64 { return math.Log(y)*3 - 7 }, "rises with the target in nearly every row (rank correlation 1.0000)"},
		"falling":            {func(y float64, _ int) float64 { return 1 / (y + 1) }, "falls with the target"},
		"noisy copy":         {func(y float64, _ int) float64 { return y * (1 + 0.01*rng.NormFloat64()) }, "rises with"},
		"copy with nulls":    {func(y float64, i int) float64 { return []float64{y, math.NaN()}[i%2] }, `column "x" equals the target`},
		"folded":             {func(y float64, _ int) float64 { return y * []float64{1, -1}[int(y*2)%2] }, "nearly perfectly alone (R²"},
		"a good feature":     {func(y float64, _ int) float64 { return y + 2*rng.NormFloat64() }, ""},
		"noise":              {func(float64, int) float64 { return rng.NormFloat64() }, ""},
		"a number of rows":   {func(_ float64, i int) float64 { return float64(i) }, ""},
		"nothing but a null": {func(float64, int) float64 { return math.NaN() }, ""},
	} {
		x := make([]float64, len(y))
		for i, v := range y {
			x[i] = c.of(v, i)
		}
		r := suspects(t, schema.Number, schema.Number, "")
		checkLeak(t, name, r, table.Must(table.Floats("x", x), table.Floats("unused", y), table.Floats("y", y)), c.want)
	}
}

func checkLeak(t *testing.T, name string, r Recipe, rows *table.Table, want string) {
	t.Helper()
	got, err := r.Leaks(rows)
	require.NoError(t, err, name)
	if want == "" {
		assert.Empty(t, got, name)
		return
	}
	require.Len(t, got, 1, name)
	assert.Contains(t, got[0], want, name)
}

func TestLeaksOfClasses(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	n := 1500
	y := make([]string, n)
	for i := range y {
		y[i] = []string{"no", "yes"}[rng.IntN(2)]
	}
	yes := func(i int) float64 { return map[string]float64{"yes": 1}[y[i]] }
	for name, c := range map[string]struct {
		number func(i int) float64
		want   string
	}{
		"the code":         {yes, "equals the target"},
		"parted":           {func(i int) float64 { return yes(i) + 0.99*rng.Float64() }, "parts the classes nearly perfectly"},
		"null tells":       {func(i int) float64 { return []float64{math.NaN(), 1}[int(yes(i))] }, "predicts the target nearly perfectly alone"},
		"in between":       {func(i int) float64 { return (2*rng.Float64() - 1) * (1 - yes(i)) }, "nearly perfectly alone (R²"},
		"a good feature":   {func(i int) float64 { return yes(i) + 0.5*rng.NormFloat64() }, ""},
		"its row's number": {func(i int) float64 { return float64(i) }, ""},
	} {
		x := make([]float64, n)
		for i := range x {
			x[i] = c.number(i)
		}
		r := suspects(t, schema.Number, schema.Category, "task: binary\nestimator: logistic_regression")
		checkLeak(t, name, r, table.Must(table.Floats("x", x), table.Floats("unused", x), table.Categories("y", y)), c.want)
	}
}

func TestLeaksOfACategory(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	n := 900
	y, id, alias := make([]string, n), make([]string, n), make([]string, n)
	for i := range n {
		y[i] = []string{"a", "b", "c"}[rng.IntN(3)]
		id[i], alias[i] = string(rune(0x4e00+i)), map[string]string{"a": "x", "b": "y", "c": ""}[y[i]]
	}
	r := suspects(t, schema.Category, schema.Category, "task: multiclass\nestimator: logistic_regression")
	for name, c := range map[string]struct {
		v    []string
		want string
	}{"another name": {alias, "predicts the target nearly perfectly alone (R² 1.0000"}, "a key of the row": {id, ""}} {
		checkLeak(t, name, r, table.Must(table.Categories("x", c.v), table.Floats("unused", make([]float64, n)), table.Categories("y", y)), c.want)
	}
}

func TestLeakageSaysWhatHappens(t *testing.T) {
	y := make([]float64, 100)
	for i := range y {
		y[i] = float64(i * i % 97)
	}
	rows := table.Must(table.Floats("x", y), table.Floats("unused", y), table.Floats("y", y))
	for mode, want := range map[string]struct{ warnings, errors int }{"warning": {1, 0}, "error": {0, 1}, "off": {0, 0}} {
		warnings, err := suspects(t, schema.Number, schema.Number, "leakage: "+mode).CheckLeaks(rows)
		assert.Len(t, warnings, want.warnings, mode)
		assert.Equal(t, want.errors == 1, err != nil, mode)
	}
}

// Copies of a row are on one side of every fold; rows that are alike by chance,
// with one target or another, are where the splitter puts them.
func TestFoldsKeepCopiesTogether(t *testing.T) {
	const n = 300
	x, copied, drawn := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		x[i], copied[i], drawn[i] = float64(i/3), float64(i/3), float64(i)
	}
	straddling := func(y []float64) (count int) {
		r := suspects(t, schema.Number, schema.Number, "cross_validation: {split: {kfold: {shuffle: true}}}")
		town := make([]string, n)
		rows := table.Must(table.Floats("x", x), table.Categories("town", town), table.Times("when", make([]int64, n)), table.Floats("y", y))
		folds := must.Get(r.Folds(rows))(t)
		tested := 0
		for _, f := range folds {
			tested += len(f.Test)
			require.Len(t, slices.Concat(f.Train, f.Test), n)
			train := map[float64]bool{}
			for _, i := range f.Train {
				train[x[i]] = true
			}
			for _, i := range f.Test {
				if train[x[i]] {
					count++
				}
			}
		}
		require.Equal(t, n, tested, "each row is tested once")
		return count
	}
	assert.Zero(t, straddling(copied))
	assert.Greater(t, straddling(drawn), n/2)
}

func TestFoldWarnings(t *testing.T) {
	n := 40
	x, y, town := make([]float64, n), make([]float64, n), make([]string, n)
	when := &table.Column{Name: "when", Kind: table.Time, Times: make([]int64, n)}
	for i := range n {
		x[i], y[i], town[i], when.Times[i] = float64(i/2), float64(i/2), string(rune('a'+i/4)), int64(i/2)
	}
	rows := table.Must(table.Floats("x", x), table.Categories("town", town), when, table.Floats("y", y))
	for more, want := range map[string][]string{
		"": {"of a group that the model was trained on", "not later than every training row"},
		"cross_validation: {split: group_kfold, groups: town}": {"not later"},
		"cross_validation: {split: time_series_split}":         {"of a group"},
	} {
		r := suspects(t, schema.Number, schema.Number, more)
		r.Ties.Groups = "town"
		if strings.Contains(more, "time") {
			r.Config.CrossValidation.Time = "when"
		}
		folds := must.Get(r.Folds(rows))(t)
		got := must.Get(r.FoldWarnings(rows, folds))(t)
		require.Len(t, got, len(want), "%q: %q", more, got)
		for i := range want {
			assert.Contains(t, got[i], want[i])
		}
	}
	r := suspects(t, schema.Number, schema.Number, "")
	r.Ties.Keys = []string{"town"}
	apart := []selection.Fold{{Train: []int{0, 1, 2, 3}, Test: []int{4, 5, 6, 7}}}
	got := must.Get(r.FoldWarnings(rows, apart))(t)
	assert.Empty(t, got)
}
