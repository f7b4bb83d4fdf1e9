package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/table"
)

func bound(v float64) *float64 { return &v }

// check returns what a schema finds in a table that comes in chunks of n rows.
func check(s *Schema, t *table.Table, n int) *Result {
	c := NewChecker(s)
	c.Add(t.Slice(0, 0))
	for i := 0; i < t.Len(); i += n {
		c.Add(t.Slice(i, min(i+n, t.Len())))
	}
	r, err := c.Result()
	if err != nil {
		panic(err)
	}
	return r
}

// lines says what was found, the errors first.
func lines(r *Result) (all []string) {
	for _, v := range append(r.Errors(), r.Warnings()...) {
		all = append(all, fmt.Sprintf("%s: %s", v.Severity, v))
	}
	return all
}

func TestViolations(t *testing.T) {
	s := &Schema{Target: "x", Columns: []Column{
		{Name: "x", Type: Number, Min: bound(0), Max: bound(10)},
		{Name: "n", Type: Integer, Nullable: true, MaxNullShare: bound(0.3), Severity: Warning},
		{Name: "c", Type: Category, Categories: []string{"a", "b"}, OnUnseen: Warning},
		{Name: "t", Type: Time, Unique: true},
		{Name: "s", Type: Text, Unique: true},
		{Name: "y", Type: Number},
	}, Rules: []Rule{{Lower: "x", Upper: "n"}, {Lower: "x", Upper: "n", Strict: true, Severity: Warning}}}
	data := table.Must(
		table.Floats("x", []float64{0, 10, -1, 11, math.NaN(), math.Inf(1)}),
		table.Floats("n", []float64{0, 11, math.NaN(), 1 << 54, 1.5, math.NaN()}),
		table.Categories("c", []string{"a", "d", "", "b", "d", "a"}),
		table.Times("t", []int64{0, 1, 0, table.NullTime, 2, 3}),
		table.Texts("s", []string{"p", "q", "r", "p", "s", "p"}),
		table.Texts("other", make([]string, 6)),
	)
	want := []string{
		`error: column "x": null in 1 row (16.7 %): row 5`,
		`error: column "x": not finite in 1 row (16.7 %): +Inf (row 6)`,
		`error: column "x": below the minimum 0 in 1 row (16.7 %): -1 (row 3)`,
		`error: column "x": above the maximum 10 in 1 row (16.7 %): 11 (row 4)`,
		`error: column "c": null in 1 row (16.7 %): row 3`,
		`error: column "t": null in 1 row (16.7 %): row 4`,
		`error: column "t": repeated in 1 row (16.7 %): 1970-01-01 (row 3)`,
		`error: column "s": repeated in 2 rows (33.3 %): p (row 4), p (row 6)`,
		`error: column "y": missing; there are x, n, c, t, s, other`,
		`warning: column "n": null in 33.3 % of the rows, more than the 30 % allowed`,
		`warning: column "n": not a whole number, or beyond 2^53 in 2 rows (33.3 %): 18014398509481984 (row 4), 1.5 (row 5)`,
		`warning: column "c": not one of a, b in 2 rows (33.3 %): d (row 2), d (row 5)`,
		`warning: column "x": not below n in 1 row (16.7 %): 0 against 0 (row 1)`,
	}
	for _, n := range []int{1, 2, 4, 6} {
		r := check(s, data, n)
		require.Equal(t, want, lines(r))
		require.Len(t, r.Columns, 5)
		must.Get(json.Marshal(r))(t)
	}
}

func TestCleanDataRaisesNothing(t *testing.T) {
	s := &Schema{Target: "x", Columns: []Column{
		{Name: "x", Type: Integer, Min: bound(0), Max: bound(10), Unique: true},
		{Name: "c", Type: Category, Categories: []string{"a"}, Nullable: true, MaxNullShare: bound(0.5)},
	}}
	r := check(s, table.Must(table.Floats("x", []float64{0, 10}), table.Categories("c", []string{"", "a"})), 1)
	require.Empty(t, r.Violations)
	require.Equal(t, 2, r.Rows)
}

func TestExamplesAreBounded(t *testing.T) {
	s := &Schema{Target: "x", Columns: []Column{{Name: "x", Type: Number, Max: bound(-1)}}}
	r := check(s, table.Must(table.Floats("x", make([]float64, 1000))), 7)
	require.Equal(t, 1000, r.Violations[0].Count)
	require.Len(t, r.Violations[0].First, maxExamples)
	require.True(t, strings.HasSuffix(r.Violations[0].String(), "0 (row 4), 0 (row 5), …"))
}

func TestMissingTargetAndExtraColumns(t *testing.T) {
	s := &Schema{Target: "y", Columns: []Column{{Name: "x", Type: Number}, {Name: "y", Type: Number, Severity: Warning}}, Ignore: []string{"id", "x"}}
	c := NewChecker(s)
	c.Header([]string{"id", "x", "z"})
	c.Add(table.Must(table.Floats("x", nil)))
	r := must.Get(c.Result())(t)
	require.Equal(t, []Violation{
		{Column: "y", Check: "missing", Severity: Error, Message: "the target is missing; there are id, x, z", Count: 1, Share: 1},
		{Column: "z", Check: "extra", Severity: Warning, Message: "not in the schema, passed over", Count: 1, Share: 1},
	}, r.Violations)
	require.PanicsWithValue(t, "schema: column x is a text, not a number", func() {
		NewChecker(s).Add(table.Must(table.Texts("x", nil)))
	})
}

// A value that does not parse is a null, but reported as what it is.
func TestBadValues(t *testing.T) {
	path := t.TempDir() + "/a.csv"
	require.NoError(t, os.WriteFile(path, []byte("x\n1\n\"\"\nabc\n\n?\n"), 0o644))
	s := &Schema{Target: "x", Columns: []Column{{Name: "x", Type: Number}}}
	r := must.Get(table.Open(path, table.Options{Fields: s.Fields(), KeepBad: true}))(t)
	defer r.Close()
	chunk := must.Get(r.Next())(t)
	c := NewChecker(s)
	c.Add(chunk)
	result := must.Get(c.Result())(t)
	require.Equal(t, []Violation{
		{"x", "type", Error, "not a number", 2, 0.5, []Example{{3, 4, "abc"}, {4, 6, "?"}}},
		{"x", "null", Error, "null", 1, 0.25, []Example{{2, 3, ""}}},
	}, result.Violations)
}

// Expected values are of pandas 3.0.1: describe() and value_counts().
func TestSummaries(t *testing.T) {
	s := &Schema{Target: "x", Columns: []Column{
		{Name: "x", Type: Number, Unit: "m", Nullable: true},
		{Name: "one", Type: Number},
		{Name: "none", Type: Number, Nullable: true},
		{Name: "c", Type: Category, Nullable: true},
		{Name: "t", Type: Time},
		{Name: "s", Type: Text},
		{Name: "huge", Type: Number},
	}}
	nan := math.NaN()
	data := table.Must(
		table.Floats("x", []float64{1e9 + 4, 1e9 + 7, nan, 1e9 + 13, 1e9 + 16}),
		table.Floats("one", []float64{nan, nan, 2, nan, nan}),
		table.Floats("none", []float64{nan, nan, nan, nan, nan}),
		table.Categories("c", []string{"b", "a", "c", "", "c"}),
		table.Times("t", []int64{5e9, -1, 0, 1, 2}),
		table.Texts("s", []string{"", "ü", "a", "", ""}),
		table.Floats("huge", []float64{math.MaxFloat64, -math.MaxFloat64, math.MaxFloat64, 0, 0}),
	)
	for n := 1; n <= 5; n++ {
		got := check(s, data, n).Columns
		require.Equal(t, Summary{
			Name: "x", Type: Number, Unit: "m", Count: 4, Nulls: 1, Mean: bound(1000000010),
			Std: bound(5.477225575051661), Min: bound(1e9 + 4), Max: bound(1e9 + 16),
		}, got[0])
		require.Equal(t, Summary{Name: "one", Type: Number, Count: 1, Nulls: 4, Mean: bound(2), Min: bound(2), Max: bound(2)}, got[1])
		require.Equal(t, Summary{Name: "none", Type: Number, Nulls: 5}, got[2])
		require.Equal(t, []Level{{Value: "c", Count: 2}, {Value: "a", Count: 1}, {Value: "b", Count: 1}}, got[3].Levels)
		require.Equal(t, 3, got[3].Distinct)
		require.Equal(t, "1970-01-01T00:00:05Z", got[4].Last.Format("2006-01-02T15:04:05Z"))
		require.Equal(t, 2, got[5].Longest)
		require.Nil(t, got[6].Std)
	}
}

// Patterns, figures of the distribution and the number of rows are checked, each
// with the severity that its name has.
func TestWiderViolations(t *testing.T) {
	few := 10
	s := &Schema{
		Target: "x", Rows: &Rows{Min: &few, Severity: Warning},
		Columns: []Column{
			{
				Name: "x", Type: Number, Min: bound(0), Mean: &Bounds{Max: bound(2)}, Std: &Bounds{Min: bound(1), Max: bound(2)},
				Quantiles:  []QuantileBound{{At: 0.5, Bounds: Bounds{Min: bound(1), Max: bound(3)}}, {At: 1, Bounds: Bounds{Max: bound(8)}}},
				Severities: map[string]Severity{"mean": Warning, "min": Warning},
			},
			{Name: "c", Type: Category, Pattern: "^[A-Z]{2}$"},
			{Name: "s", Type: Text, Pattern: "@", Severity: Warning, Severities: map[string]Severity{"null": Error}},
		},
	}
	require.NoError(t, s.Validate())
	data := table.Must(
		table.Floats("x", []float64{-1, 1, 3, 9}),
		table.Categories("c", []string{"AB", "A", "CD", "A"}),
		table.Texts("s", []string{"a@b", "ab", "", "@"}),
	)
	want := []string{
		`error: column "x": the standard deviation 4.32049 is above the maximum 2`,
		`error: column "x": the 1 quantile 9 is above the maximum 8`,
		`error: column "c": not of the pattern ^[A-Z]{2}$ in 2 rows (50 %): A (row 2), A (row 4)`,
		`error: column "s": null in 1 row (25 %): row 3`,
		`warning: 4 rows, fewer than the 10 expected`,
		`warning: column "x": below the minimum 0 in 1 row (25 %): -1 (row 1)`,
		`warning: column "x": the mean 3 is above the maximum 2`,
		`warning: column "s": not of the pattern @ in 1 row (25 %): ab (row 2)`,
	}
	require.Equal(t, want, lines(check(s, data, 3)))

	refused := func(c Column, want string) {
		t.Helper()
		c.Name = "x"
		require.ErrorContains(t, (&Schema{Target: "x", Columns: []Column{c}}).Validate(), want)
	}
	refused(Column{Type: Number, Pattern: "a"}, "pattern is for a category or a text")
	refused(Column{Type: Text, Pattern: "("}, "pattern: error parsing regexp")
	refused(Column{Type: Text, Mean: &Bounds{}}, "mean, std and quantiles are for numbers")
	refused(Column{Type: Number, Mean: &Bounds{Min: bound(2), Max: bound(1)}}, "min 2 is above max 1")
	refused(Column{Type: Number, Severities: map[string]Severity{"nope": Error}}, `severities: "nope" is not one of`)
}
