package steps

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/table"
	"example.com/engine/transform"
)

func TestColumnTransformerAgainstScikitLearn(t *testing.T) {
	for _, c := range readFixture[transformCase](t, "column_transformer") {
		t.Run(c.Name, func(t *testing.T) { compare(t, c, transform.NewColumnTransformer(), nil) })
	}
}

func columnTransformer(t testing.TB, text string) *transform.ColumnTransformer {
	t.Helper()
	c := transform.NewColumnTransformer()
	require.NoError(t, config.Parse("model.yaml", []byte(text), c))
	return c
}

// houses are n rows of columns like those of the book's chapter 2, with nulls.
func houses(n int) *table.Table {
	rng := rand.New(rand.NewPCG(4, 4))
	draw := func(name string, low, high float64) *table.Column {
		v := make([]float64, n)
		for i := range v {
			v[i] = low + (high-low)*rng.Float64()
			if name == "total_bedrooms" && rng.IntN(100) == 0 {
				v[i] = null
			}
		}
		return table.Floats(name, v)
	}
	ocean := make([]string, n)
	for i := range ocean {
		ocean[i] = []string{"<1H OCEAN", "INLAND", "ISLAND", "NEAR BAY", "NEAR OCEAN"}[rng.IntN(5)]
	}
	return table.Must(
		draw("longitude", -124, -114), draw("latitude", 32, 42), draw("housing_median_age", 1, 52),
		draw("total_rooms", 2, 39000), draw("total_bedrooms", 1, 6000), draw("population", 3, 35000),
		draw("households", 1, 6000), draw("median_income", 0.5, 15), table.Categories("ocean_proximity", ocean),
	)
}

// chapter2 is the book's pipeline with the columns of its skewed ones also as
// they are: 28 columns in seven groups.
const chapter2 = `
columns:
  - {name: bedrooms, columns: [total_bedrooms, total_rooms], steps: &ratio [simple_imputer: {strategy: median}, ratio: {name: ratio}, standard_scaler]}
  - {name: rooms_per_house, columns: [total_rooms, households], steps: *ratio}
  - {name: people_per_house, columns: [population, households], steps: *ratio}
  - {name: log, columns: &skewed [total_bedrooms, total_rooms, population, households, median_income], steps: [simple_imputer: {strategy: median}, log, standard_scaler]}
  - {name: geo, columns: [latitude, longitude], steps: [cluster_similarity]}
  - {name: cat, type: category, steps: [simple_imputer: {strategy: most_frequent}, one_hot_encoder: {handle_unknown: ignore}]}
  - {name: num, columns: [housing_median_age, total_rooms, population, households, median_income], steps: [simple_imputer: {strategy: median}, standard_scaler]}
`

func TestColumnTransformerPrefixesClashesOnly(t *testing.T) {
	c := fitted(t, columnTransformer(t, chapter2), houses(100))
	require.Equal(t, []string{"bedrooms__ratio", "rooms_per_house__ratio", "people_per_house__ratio", "total_bedrooms", "log__total_rooms"}, c.NamesOut()[:5])
	require.Equal(t, "num__median_income", c.NamesOut()[27])
	require.Equal(t, 9, len(c.In))

	c = columnTransformer(t, "{columns: [{columns: [a], steps: [log]}, {columns: [a], steps: [log]}, {columns: [a], steps: [passthrough]}]}")
	require.Equal(t, []string{"log-1__a", "log-2__a", "passthrough__a"}, fitted(t, c, column(1)).NamesOut())
}

// TestColumnTransformerDrops lets what is dropped hold
// anything, in training and later.
func TestColumnTransformerDrops(t *testing.T) {
	c := columnTransformer(t, "{columns: [{columns: [a], steps: [log]}]}")
	x := table.Must(table.Floats("a", []float64{1}), table.Floats("b", []float64{null}))
	fitted(t, c, x)
	requireSame(t, []float64{0}, transformed(t, c, column(1)))
	c.Remainder = "passthrough"
	require.Equal(t, []string{"a", "b"}, fitted(t, c, x).NamesOut())
	require.EqualError(t, must.Err(c.Transform(column(1))), `no column "b"; there are a`)
}

func TestColumnTransformerMatrix(t *testing.T) {
	c := fitted(t, columnTransformer(t, chapter2), houses(3000))
	for _, n := range []int{1, 5, blockRows, 3000} {
		x := houses(3000).Slice(0, n)
		out := must.Get(c.Transform(x))(t)
		want := must.Get(transform.Matrix(out))(t)
		got := must.Get(c.Matrix(x))(t)
		require.Equal(t, want, got, "%d rows", n)
	}
	require.EqualError(t, must.Err(c.Matrix(houses(10).Slice(0, 0))), "0 rows of 28 columns make no matrix")
	require.EqualError(t, must.Err(transform.NewColumnTransformer().Matrix(houses(1))), "not fitted yet")
	kept := fitted(t, columnTransformer(t, "{columns: [{type: category, steps: [passthrough]}]}"), houses(2))
	_, err := kept.Matrix(houses(2))
	require.EqualError(t, err, `column "ocean_proximity" is a category, not a number; encode or drop it`)
}

// TestFitTransformCrossFits sees the target encoder's own rows treated
// differently, through a pipeline in a column transformer.
func TestFitTransformCrossFits(t *testing.T) {
	c := columnTransformer(t, "{columns: [{name: words, columns: [a], steps: [target_encoder, standard_scaler]}, {name: same, columns: [b], steps: [log]}]}")
	x := table.Must(table.Categories("a", []string{"x", "y", "x", "y", "x", "y", "x"}), table.Floats("b", []float64{1, 2, 3, 4, 5, 6, 7}))
	y := []float64{5, 9, 4, 8, 3, 7, 2}
	trained := must.Get(c.FitTransform(t.Context(), x, y, source()))(t)
	later := must.Get(c.Transform(x))(t)
	require.Equal(t, later.Names(), trained.Names())
	require.NotEqual(t, later.Columns()[0].Floats, trained.Columns()[0].Floats)
	require.Equal(t, later.Columns()[1].Floats, trained.Columns()[1].Floats)
	mean, _, _ := moments(trained.Columns()[0].Floats)
	require.InDelta(t, 0, mean, 1e-15, "the scaler saw the cross-fitted numbers")
}

// TestPlantedRowsChangeNothing transforms other rows before and after Fit on
// the same training rows: what is learned can't depend on them.
func TestPlantedRowsChangeNothing(t *testing.T) {
	train, other := houses(200), houses(400).Slice(200, 400)
	plain := fitted(t, columnTransformer(t, chapter2), train)
	planted := fitted(t, columnTransformer(t, chapter2), train)
	must.Get(planted.Transform(other))(t)
	a := must.Get(json.Marshal(plain))(t)
	b := must.Get(json.Marshal(planted))(t)
	require.Equal(t, string(a), string(b))
}

func TestColumnTransformerRefuses(t *testing.T) {
	x := table.Must(table.Floats("a", []float64{1, 2}), table.Floats("b", []float64{1, 0}))
	for text, want := range map[string]string{
		"{columns: [{columns: [c], steps: [log]}]}":                                                 `log: no column "c"; there are a, b`,
		"{columns: [{name: g, pattern: ^z, steps: [log]}]}":                                         `g: the pattern "^z" matches none of a, b`,
		"{columns: [{name: log, columns: [b], steps: [log, passthrough]}]}":                         `log: log: column "b", row 2: log(0) is not a finite number`,
		"{columns: [{type: text, steps: [log]}]}":                                                   "no columns are left",
		"{columns: [{columns: [a], steps: [drop]}]}":                                                "no columns are left",
		"{columns: [{name: g, columns: [a], steps: [log]}, {name: g, columns: [b], steps: [log]}]}": `two groups are named "g"`,
		"{columns: [{name: g, columns: [a, b], steps: [ratio: {name: g__a}]}, {name: g2, columns: [a], steps: [log]}, {name: g3, columns: [a], steps: [ratio]}]}": "g3: ratio: it takes two columns and got [a]",
	} {
		require.EqualError(t, columnTransformer(t, text).Fit(x, nil, source()), want, text)
	}
	c := fitted(t, columnTransformer(t, "{columns: [{columns: [a], steps: [log]}]}"), x)
	c.Groups[0].Columns = []string{"c"}
	require.Error(t, c.Fit(x, nil, nil))
	require.EqualError(t, must.Err(c.Transform(x)), "not fitted yet", "a failed Fit leaves nothing half-learned")
}

func TestGroupsNameTheirFaults(t *testing.T) {
	for text, want := range map[string]string{
		"columns: [{steps: [log]}]":                                  "columns[0]: takes no columns; give it columns, a pattern or a type",
		"columns: [{columns: [a], type: number, steps: [log]}]":      "columns[0].columns: can't go with a pattern or a type",
		"columns: [{pattern: (, steps: [log]}]":                      "columns[0].pattern: error parsing regexp",
		"columns: [{type: numbers, steps: [log]}]":                   "columns[0].type",
		"columns: [{columns: [], steps: [log]}]":                     "columns[0]: takes no columns",
		"columns: [{columns: [a, a], steps: [log]}]":                 "columns[0].columns",
		"columns: [{columns: [a]}]":                                  "columns[0].steps",
		"columns: [{columns: [a], steps: [log], remainder: drop}]":   "columns[0].remainder: unknown key",
		"remainder: keep":                                            "remainder",
		"columns: [{columns: [a], steps: [log: {plus_one: maybe}]}]": "columns[0].steps[0].log.plus_one",
	} {
		err := config.Parse("model.yaml", []byte(text), transform.NewColumnTransformer())
		require.ErrorContains(t, err, want, text)
		require.ErrorContains(t, err, "model.yaml:1:")
	}
}

func TestTree(t *testing.T) {
	c := columnTransformer(t, "{remainder: passthrough, columns: [{columns: [a], steps: [log, standard_scaler]}, {type: text, steps: [drop]}]}")
	fitted(t, c, table.Must(table.Floats("a", []float64{1, 1}), table.Floats("b", []float64{2, 3})))
	require.Equal(t, `column_transformer: 2 → 2 columns
  standard_scaler: 1 → 1 columns
    log()
    standard_scaler(mean=[0], scale=[1])
  passthrough()`, c.Tree().String())
	require.Equal(t, "column_transformer(standard_scaler: log() → standard_scaler(mean=[0], scale=[1]); drop: drop())", c.String())
	rest := c.Tree().Children[1]
	require.Equal(t, transform.Node{Name: "remainder", Text: "passthrough()", In: []string{"b"}, Out: []string{"b"}}, rest)
}

func TestLineIsShort(t *testing.T) {
	require.Equal(t, "k(v=[0 1 2 3 4 5 6 7 …])", transform.Line("k", "v", linspace(0, 8, 9)))
	require.Equal(t, "k(a=1.5, b=true)", transform.Line("k", "a", 1.5, "none", []string{}, "b", true))
}

func TestMatrix(t *testing.T) {
	x := table.Must(table.Floats("a", []float64{1, 2}), table.Floats("b", []float64{3, 4}))
	m := must.Get(transform.Matrix(x))(t)
	require.Equal(t, []float64{1, 3, 2, 4}, m.RawMatrix().Data)
	require.Panics(t, func() { _ = transform.MatrixInto(m, column(1)) })
	long := houses(3 * blockRows)
	long = must.Get(long.Select(long.Names()[:3]...))(t)
	m3 := must.Get(transform.Matrix(long))(t)
	for i := range long.Len() {
		require.Equal(t, long.Columns()[2].Floats[i], m3.At(i, 2))
	}
	_, err := transform.Matrix(wordColumn("x"))
	require.EqualError(t, err, `column "a" is a category, not a number; encode or drop it`)
	require.EqualError(t, must.Err(transform.Matrix(column())), "0 rows of 1 columns make no matrix")
	require.Zero(t, testing.AllocsPerRun(100, func() { _ = transform.MatrixInto(m, x) }))
}

// TestOneRowAllocatesNothing is what serving does for each request.
func TestOneRowAllocatesNothing(t *testing.T) {
	c := fitted(t, columnTransformer(t, chapter2), houses(500))
	row := houses(500).Slice(7, 8)
	m := must.Get(c.Matrix(row))(t)
	// The collector, and the race detector, may take the arena away now and then.
	require.LessOrEqual(t, testing.AllocsPerRun(1000, func() { _ = c.MatrixInto(m, row) }), 1.0)
}

func TestKindsAreRegistered(t *testing.T) {
	require.Panics(t, func() { transform.Register("log", nil) })
	_, err := transform.New("magic")
	require.EqualError(t, err, fmt.Sprintf("no transformer \"magic\"; there are %v", transform.Kinds()))
}
