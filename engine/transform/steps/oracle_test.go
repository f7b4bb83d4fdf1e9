package steps

import (
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/table"
	"example.com/engine/transform"
)

//go:generate python3 testdata/make.py

// fixture is a file that testdata/make.py makes of scikit-learn's results.
type fixture[Case any] struct {
	MadeWith map[string]string `json:"made_with"`
	Cases    []Case            `json:"cases"`
}

func readFixture[Case any](t *testing.T, name string) []Case {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + ".json")
	require.NoError(t, err, "python testdata/make.py makes it")
	f := must.JSON[fixture[Case]](t, data)
	require.NotEmpty(t, f.Cases)
	require.Equal(t, "1.9.1", f.MadeWith["scikit-learn"])
	return f.Cases
}

type fixtureColumn struct {
	Name   string
	Kind   string
	Values []any
}

// tableOf makes a table; null and the empty string are null.
func tableOf(t *testing.T, columns []fixtureColumn) *table.Table {
	t.Helper()
	cols := make([]*table.Column, len(columns))
	for j, c := range columns {
		if c.Kind == "number" {
			cols[j] = table.Floats(c.Name, floatsOf(c.Values))
			continue
		}
		words := make([]string, len(c.Values))
		for i, v := range c.Values {
			words[i], _ = v.(string)
		}
		cols[j] = table.Categories(c.Name, words)
	}
	return table.Must(cols...)
}

func floatsOf(values []any) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		number, ok := v.(float64)
		if !ok {
			number = math.NaN()
		}
		out[i] = number
	}
	return out
}

type transformCase struct {
	Name        string
	Settings    string
	Train, Test []fixtureColumn
	Y           []float64
	Names       []string
	Want        [][]any

	Folds       []int   // of the training rows
	CrossFitted [][]any `json:"cross_fitted"`
}

// near is the relative tolerance: the arithmetic is scikit-learn's, and only
// the order of sums and of operations on one number differs.
const near = 1e-12

// wider are the tolerances of columns, by kind, that need more than near.
var wider = map[string]map[string]float64{
	// far is 1e6 with a spread of 1e-2. Its mean is right here to the last
	// bit, 1e-10, and numpy's is off by that, which is 1e-8 of the spread.
	"standard_scaler": {"far": 2e-8},
}

// againstScikitLearn checks the cases of a kind's fixture.
func againstScikitLearn(t *testing.T, kind string) {
	t.Helper()
	for _, c := range readFixture[transformCase](t, kind) {
		t.Run(c.Name, func(t *testing.T) {
			made := must.Get(transform.New(kind))(t)
			compare(t, c, made, wider[kind])
		})
	}
}

// compare fits on the case's training columns and checks what comes of the
// test columns.
func compare(t *testing.T, c transformCase, transformer transform.Transformer, wider map[string]float64) {
	t.Helper()
	require.NoError(t, config.Parse("settings.yaml", []byte(c.Settings), transformer))
	require.NoError(t, transformer.Fit(tableOf(t, c.Train), c.Y, rand.New(rand.NewPCG(1, 2))))
	x := tableOf(t, c.Test)
	got := must.Get(transformer.Transform(x))(t)
	require.Equal(t, c.Names, got.Names())
	for j, want := range c.Want {
		sameColumn(t, want, got.Columns()[j], max(near, wider[c.Names[j]]))
	}
	for j, again := range intoUsedMemory(t, transformer.(transform.Rowwise), x) {
		requireSame(t, got.Columns()[j].Floats, again.Floats)
	}
}

// intoUsedMemory is Transform into columns that hold other numbers before.
func intoUsedMemory(t *testing.T, r transform.Rowwise, x *table.Table) []*table.Column {
	t.Helper()
	sig := reflect.ValueOf(r).Elem().FieldByName("Signature").Interface().(transform.Signature)
	dst := transform.NewColumns(sig.Out, x.Len())
	for _, c := range dst {
		for i := range c.Floats {
			c.Floats[i] = 12345
		}
	}
	var src []*table.Column
	for _, f := range sig.In {
		src = append(src, x.Column(f.Name))
	}
	require.NoError(t, r.Apply(dst, src))
	return dst
}

// sameColumn compares texts exactly and numbers relative to the larger of
// their size and 1.
func sameColumn(t *testing.T, want []any, got *table.Column, tolerance float64) {
	t.Helper()
	require.Equal(t, len(want), got.Len(), got.Name)
	for i, w := range want {
		switch w := w.(type) {
		case nil:
			assert.True(t, got.IsNull(i), "%s, row %d", got.Name, i)
		case string:
			assert.Equal(t, w, got.Levels[got.Codes[i]], "%s, row %d", got.Name, i)
		case float64:
			assert.InDelta(t, w, got.Floats[i], tolerance*max(1, math.Abs(w)), "%s, row %d", got.Name, i)
		}
	}
}

func source() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// BenchmarkOneRow is a request to a server: seven groups, 28 columns made.
func BenchmarkOneRow(b *testing.B) {
	c := columnTransformer(b, chapter2)
	require.NoError(b, c.Fit(houses(5000), nil, source()))
	row := houses(1)
	dst := mat.NewDense(1, len(c.Out), nil)
	b.Run("matrix", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := c.MatrixInto(dst, row); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("table", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Transform(row); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkMillionRows makes 28 million numbers of 9 million.
func BenchmarkMillionRows(b *testing.B) {
	c := columnTransformer(b, chapter2)
	x := houses(1_000_000)
	require.NoError(b, c.Fit(x.Slice(0, 5000), nil, source()))
	dst := mat.NewDense(x.Len(), len(c.Out), nil)
	b.Run("matrix", func(b *testing.B) {
		for b.Loop() {
			if err := c.MatrixInto(dst, x); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("table", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.Transform(x); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkFit is on as many rows as the book trains on, and on a million.
func BenchmarkFit(b *testing.B) {
	c := columnTransformer(b, chapter2)
	places := must.Get(houses(16512).Select("latitude", "longitude"))(b)
	clusters := NewClusterSimilarity()
	scaler := NewStandardScaler()
	imputer := NewSimpleImputer()
	imputer.Strategy = "median"
	million := must.Get(houses(1_000_000).Select(numberNames()...))(b)
	for _, run := range []struct {
		name string
		t    transform.Transformer
		x    *table.Table
	}{
		{"chapter 2 on 16512 rows", c, houses(16512)},
		{"10 clusters of 16512 rows", clusters, places},
		{"scaler on a million rows", scaler, million},
		{"median on a million rows", imputer, million},
	} {
		b.Run(run.name, func(b *testing.B) {
			for b.Loop() {
				if err := run.t.Fit(run.x, nil, source()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func numberNames() []string { return houses(1).Names()[:8] }
