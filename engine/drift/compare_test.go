package drift

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/sketch"
	"example.com/engine/table"
)

// made makes n rows of a number, a category, a date and an id.
func made(seed uint64, n int) map[string]*table.Column {
	rng := rand.New(rand.NewPCG(seed, 2))
	x, id, at, c := make([]float64, n), make([]float64, n), make([]int64, n), make([]string, n)
	for i := range n {
		x[i], id[i], at[i] = 100+10*rng.NormFloat64(), float64(uint64(n)*seed)+float64(i), int64(seed)*1e18+int64(i)*1e9
		c[i] = []string{"a", "b", "b", "c"}[rng.IntN(4)]
	}
	return map[string]*table.Column{
		"x": table.Floats("x", x), "c": table.Categories("c", c), "at": table.Times("at", at), "id": table.Floats("id", id),
	}
}

func tableOf(m map[string]*table.Column) *table.Table {
	var cols []*table.Column
	for _, name := range []string{"x", "c", "at", "id"} {
		if m[name] != nil {
			cols = append(cols, m[name])
		}
	}
	return table.Must(cols...)
}

func options() Options {
	return Options{Reference: "training rows", Current: "new rows", Target: "x", NotJudged: []string{"id"}, Settings: Defaults()}
}

// Each kind of drift gives its alarm, and no other column one.
func TestAlarms(t *testing.T) {
	check := func(name string, change func(map[string]*table.Column), want ...string) {
		t.Helper()
		current := made(2, 600)
		change(current)
		r := Of(tableOf(made(1, 2000))).Compare(Of(tableOf(current)), options())
		r.Judge()
		var got []string
		for _, a := range r.Alarms {
			got = append(got, a.Column+" "+a.Kind)
		}
		assert.Equal(t, want, got, name)
	}
	floats := func(f func(i int, v float64) float64) func(map[string]*table.Column) {
		return func(m map[string]*table.Column) {
			for i, v := range m["x"].Floats {
				m["x"].Floats[i] = f(i, v)
			}
		}
	}
	texts := func(f func(i int, s string) string) func(map[string]*table.Column) {
		return func(m map[string]*table.Column) {
			all := make([]string, m["c"].Len())
			for i := range all {
				all[i] = f(i, m["c"].String(i))
			}
			m["c"] = table.Categories("c", all)
		}
	}
	check("nothing", func(map[string]*table.Column) {})
	check("shift", floats(func(_ int, v float64) float64 { return v + 5 }), "x distribution")
	check("unit", floats(func(_ int, v float64) float64 { return v * 1000 }), "x distribution")
	check("spread", floats(func(_ int, v float64) float64 { return 100 + (v-100)*3 }), "x distribution")
	check("constant", floats(func(int, float64) float64 { return 100 }), "x distribution")
	check("nulls", floats(func(i int, v float64) float64 { return v + 0/float64(i%5) }), "x nulls")
	check("all null", floats(func(int, float64) float64 { return math.NaN() }), "x nulls")
	check("shares", texts(func(i int, s string) string { return []string{"a", s}[min(1, i%3)] }), "c distribution")
	check("unseen", texts(func(i int, s string) string { return []string{"new", s}[min(1, i%50)] }), "c distribution", "c unseen")
	check("one typing mistake", texts(func(i int, s string) string { return []string{"bb", s}[min(1, i)] }))
	check("missing", func(m map[string]*table.Column) { delete(m, "c") }, "c missing")
	check("without the target", func(m map[string]*table.Column) { delete(m, "x") })
}

func TestSeverities(t *testing.T) {
	reference, current := made(1, 2000), made(2, 600)
	for i := range current["x"].Floats {
		current["x"].Floats[i] += 30
	}
	check := func(set func(*Settings), errors, warnings int) {
		t.Helper()
		o := options()
		set(&o.Settings)
		r := Of(tableOf(reference)).Compare(Of(tableOf(current)), o)
		r.Judge()
		assert.Len(t, r.Errors(), errors)
		assert.Len(t, r.Warnings(), warnings)
	}
	check(func(*Settings) {}, 0, 1)
	check(func(s *Settings) { s.Severity = Error }, 1, 0)
	check(func(s *Settings) { s.Columns = map[string]Severity{"x": Error} }, 1, 0)
	check(func(s *Settings) { s.Columns = map[string]Severity{"x": Off} }, 0, 0)
	check(func(s *Settings) { s.MinRows = 601 }, 0, 0)
}

// A category of which most values come once has unseen ones in every sample.
func TestUnseenOfRareCategories(t *testing.T) {
	ids := func(seed uint64) *table.Table {
		rng, all := rand.New(rand.NewPCG(seed, 1)), make([]string, 900)
		for i := range all {
			all[i] = fmt.Sprint(rng.IntN(5000))
		}
		return table.Must(table.Categories("x", all))
	}
	r := judged(ids(1), ids(2))
	assert.Greater(t, r.Columns[0].UnseenShare, 0.5)
	assert.Empty(t, r.Alarms)
}

func TestReportFile(t *testing.T) {
	p := Of(tableOf(made(1, 300)))
	p.Prediction = ColumnOf(table.Floats("prediction", made(1, 300)["x"].Floats))
	current := Of(tableOf(made(2, 300)))
	current.Prediction = ColumnOf(table.Floats("prediction", made(2, 300)["id"].Floats))
	r := p.Compare(current, options())
	var folds Folds
	folds.Add(made(1, 300)["x"].Floats, made(2, 300)["id"].Floats)
	r.Multivariate = folds.Multivariate([]Importance{{"id", 1}})
	r.Judge()
	text := must.Get(json.Marshal(r))(t)
	back := &Report{}
	require.NoError(t, json.Unmarshal(text, back))
	assert.Equal(t, r, back)
	assert.Equal(t, "drift in prediction, all columns together (300 rows against 300)", r.Summary())
	assert.Equal(t, Prediction, r.Column("prediction").Role)
	var b strings.Builder
	require.NoError(t, r.WriteText(&b))
	for _, want := range []string{"x (target)", "not judged", `warning: column "prediction": another distribution`, "mostly by id"} {
		assert.Contains(t, b.String(), want)
	}
}

func TestShort(t *testing.T) {
	for want, v := range map[string]string{"302123": "302123.4", "3.87": "3.8671", "0": "0", "-0.0123": "-0.01234", "1e-09": "1e-9", "1000": "999.9", "NaN": "NaN"} {
		var x float64
		must.Get(fmt.Sscan(v, &x))(t)
		assert.Equal(t, want, short(x), v)
	}
}

// A fifth of a million rows of ten columns.
func BenchmarkProfile(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var cols []*table.Column
	for j := range 2 {
		v := make([]float64, 1_000_000)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		cols = append(cols, table.Floats(fmt.Sprint(j), v))
	}
	rows := table.Must(cols...)
	b.ReportAllocs()
	for b.Loop() {
		Of(rows)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2e6, "ns/value")
}

func TestProfile(t *testing.T) {
	rows := table.Must(
		table.Floats("x", []float64{1, 2, math.NaN(), 4, math.Inf(1)}),
		table.Categories("c", []string{"a", "b", "a", "", "a"}),
		table.Times("t", []int64{1e9, table.NullTime, 3e9, 3e9, 3e9}),
		table.Texts("s", []string{"", "ab", "abc", "ab", "ab"}),
	)
	p := Of(rows)
	assert.Equal(t, 5, p.Rows)
	x := p.Column("x")
	assert.Equal(t, []any{Number, 3, 2, 1.0, 4.0, 7.0 / 3}, []any{x.Kind, x.Count, x.Nulls, *x.Min, *x.Max, *x.Mean})
	assert.InDelta(t, math.Sqrt(14.0/9), *x.Std, 1e-15)
	assert.Equal(t, 0.4, x.NullShare())
	c := p.Column("c")
	assert.Equal(t, []any{4, 1, 1}, []any{c.Count, c.Nulls, c.Once})
	assert.Equal(t, []float64{1, 3}, p.Column("t").Points.Values)
	assert.Equal(t, []float64{3, 1}, p.Column("s").Points.Weights)
	assert.Nil(t, p.Column("nope"))

	chunks := NewProfiler(rows.Fields())
	for i := range rows.Len() {
		chunks.Add(rows.Slice(i, i+1))
	}
	assert.Equal(t, p, chunks.Profile())
	assert.Panics(t, func() { chunks.Add(table.Must(table.Texts("x", nil))) })
}

// A profile stays small, and reads back from its head and arrays.
func TestProfileSize(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, c := make([]float64, 50_000), make([]string, 50_000)
	for i := range x {
		x[i], c[i] = rng.NormFloat64(), fmt.Sprint(rng.IntN(5000))
	}
	p := Of(table.Must(table.Floats("x", x), table.Categories("c", c)))
	assert.LessOrEqual(t, len(p.Columns[0].Points.Values), maxPoints)
	assert.InDelta(t, 0, p.Columns[0].Quantiles[3], 0.03)
	assert.Len(t, p.Columns[1].Levels, maxLevels)
	assert.Positive(t, p.Columns[1].Others)

	head := must.Get(json.Marshal(p))(t)
	back := &Profile{}
	require.NoError(t, json.Unmarshal(head, back))
	for name, array := range back.Arrays() {
		*array.(*[]float64) = *p.Arrays()[name].(*[]float64)
	}
	assert.Equal(t, p.Columns[0].Points.Values, back.Columns[0].Points.Values)
	assert.Len(t, back.Arrays(), 5)
	require.NoError(t, back.Validate())
	back.Columns[0].Points.Weights[3]++
	assert.ErrorContains(t, back.Validate(), `the profile of column "x" has 500 points that stand for 50001 of 50000 values`)
	back.Columns[0].Points.Weights[3]--
	back.Columns[1].Hashed.Buckets[3]++
	assert.ErrorContains(t, back.Validate(), `the profile of column "c" has hashed counts that are not of its 50000 values`)
}

//go:generate python3 testdata/make.py

// The statistics are scipy's, on the samples and with the script in testdata.
func TestOracle(t *testing.T) {
	data := must.Get(os.ReadFile("testdata/scipy.json"))(t)
	want := must.JSON[struct {
		Numbers []struct {
			Name             string
			A, B             []float64
			KS               float64 `json:"ks"`
			ExactP           float64 `json:"exact_p"`
			AsymptoticP      float64 `json:"asymptotic_p"`
			Wasserstein, AUC float64
		}
		Counts []struct {
			A, B          []float64
			Chi2, P, PSI  float64
			Freedom       int
			JensenShannon float64 `json:"jensen_shannon"`
		}
		Fisher []struct {
			A, N, B, M int
			P          float64
		}
		Corrections []struct{ P, Q []float64 }
		Binomial    []struct {
			K, N    int
			P, Tail float64
		}
	}](t, data)
	require.True(t, len(want.Numbers) > 5 && len(want.Counts) > 3 && len(want.Fisher) > 4)
	const tiny = 1e-9
	for _, w := range want.Numbers {
		a, b := sketch.Of(w.A), sketch.Of(w.B)
		d := KolmogorovSmirnov(a, b)
		assert.InDelta(t, w.KS, d, tiny, w.Name)
		assert.InDelta(t, w.ExactP, KolmogorovSmirnovP(d, len(w.A), len(w.B)), tiny, w.Name)
		en := float64(len(w.A)*len(w.B)) / float64(len(w.A)+len(w.B))
		assert.InDelta(t, w.AsymptoticP, kolmogorov(math.Sqrt(en)*d), tiny, w.Name)
		assert.InEpsilon(t, w.Wasserstein+1, Wasserstein(a, b)+1, tiny, w.Name)
		auc, _ := AUC(w.A, w.B)
		assert.InDelta(t, w.AUC, auc, tiny, w.Name)
	}
	for _, w := range want.Counts {
		statistic, freedom, p := ChiSquared(w.A, w.B)
		assert.InEpsilon(t, w.Chi2, statistic, tiny)
		assert.Equal(t, w.Freedom, freedom)
		assert.InDelta(t, w.P, p, tiny)
		assert.InDelta(t, w.JensenShannon, JensenShannon(w.A, w.B), tiny)
		assert.InDelta(t, w.PSI, PSI(w.A, w.B), tiny)
	}
	for _, w := range want.Fisher {
		assert.InDelta(t, w.P, Fisher(w.A, w.N, w.B, w.M), tiny, w)
	}
	for _, w := range want.Corrections {
		assert.InDeltaSlice(t, w.Q, BenjaminiHochberg(w.P), tiny)
	}
	for _, w := range want.Binomial {
		assert.InDelta(t, w.Tail, binomialP(w.K, w.N, w.P), tiny)
	}
}
