package schema

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/table"
)

func load(t *testing.T, text string) (*Schema, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "schema.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	s := &Schema{}
	return s, config.Load(path, s)
}

func TestLoad(t *testing.T) {
	s := must.Get(load(t, `
target: y
columns:
  - {name: a b, type: number, unit: m, min: -1, max: 1.5, nullable: true, max_null_share: 0.5}
  - {name: c, type: category, categories: ["NO", "YES"], on_unseen: warning}
  - {name: t, type: time, layout: 02/01/2006}
  - {name: s, type: text, severity: warning}
  - {name: y, type: integer, unique: true}
rules:
  - {lower: a b, upper: y, strict: true}
`))(t)
	require.Equal(t, []table.Field{
		{Name: "a b", Kind: table.Float},
		{Name: "c", Kind: table.Category},
		{Name: "t", Kind: table.Time, Layout: "02/01/2006"},
		{Name: "s", Kind: table.Text},
		{Name: "y", Kind: table.Float},
	}, s.Fields())
	require.Equal(t, 1.5, *s.Column("a b").Max)
	require.Nil(t, s.Column("z"))
	require.Len(t, s.Features(), 4)
	require.Equal(t, "y", s.Columns[4].Name) // Features left the schema alone
}

func TestLoadRefusals(t *testing.T) {
	check := func(columns, want string) {
		t.Helper()
		_, err := load(t, "target: y\ncolumns:\n  - {name: y, type: number}\n  - {name: z, type: time}\n"+columns)
		require.ErrorContains(t, err, want)
	}
	check("  - {name: y, type: number}", `two columns are named "y"`)
	check("  - {name: x, type: float}", "columns[2].type")
	check("  - {name: x, type: number, min: 2, max: 1}", `column "x": min 2 is above max 1`)
	check("  - {name: x, type: text, min: 2}", `column "x": min and max are for numbers, not for a text`)
	check("  - {name: x, type: text, categories: [a]}", "categories are for a category")
	check("  - {name: x, type: category, categories: [a, b, a]}", `categories: "a" comes twice`)
	check("  - {name: x, type: category, categories: [\"\"]}", "the empty text means null")
	check("  - {name: x, type: category, on_unseen: warning}", "on_unseen needs categories")
	check("  - {name: x, type: number, max_null_share: 0.1}", "max_null_share needs nullable: true")
	check("  - {name: x, type: number, nullable: true, max_null_share: 2}", "max_null_share")
	check("  - {name: x, type: number, layout: 2006}", "layout is for a time")
	check("  - {name: x, type: number, severity: fatal}", "severity")
	check("  - {name: x, type: number, sevrity: error}", `did you mean "severity"`)
	check("  - {type: number}", "columns[2].name")
	check("rules: [{lower: y, upper: w}]", `rules[0]: upper: "w" is not one of the columns`)
	check("rules: [{lower: w, upper: y}]", `rules[0]: lower: "w" is not one of the columns`)
	check("rules: [{lower: y, upper: y}]", `lower and upper are both "y"`)
	check("rules: [{lower: y, upper: z}]", "a number and a time have no order")

	_, err := load(t, "target: x\ncolumns: [{name: y, type: number}]")
	require.ErrorContains(t, err, `target: "x" is not one of the columns`)
	require.ErrorContains(t, must.Err(load(t, "columns: [{name: y, type: number}]")), "target")
	require.ErrorContains(t, must.Err(load(t, "target: x")), "columns")
}

// The schema of the census is sound.
func TestCensusSchema(t *testing.T) {
	s := &Schema{}
	require.NoError(t, config.Load("../../tests/testdata/project/configs/schema.yaml", s))
	require.Equal(t, "median_house_value", s.Target)
	for _, c := range s.Columns {
		require.NotEmpty(t, c.Description, c.Name)
	}
}

// What a Checker keeps does not grow with the rows, also where every value is
// another. Kept by value, the longer table would take 30 MB more.
func TestCheckerMemory(t *testing.T) {
	short, long := heapOfChecker(t, 60_000), heapOfChecker(t, 400_000)
	require.Less(t, long, short+8<<20)
}

// heapOfChecker returns the bytes that a Checker of so many rows keeps alive.
func heapOfChecker(t *testing.T, rows int) uint64 {
	c := NewChecker(&Schema{Target: "id", Columns: []Column{
		{Name: "id", Type: Integer, Unique: true, Ordered: true},
		{Name: "code", Type: Text, Unique: true},
		{Name: "user", Type: Category},
		{Name: "x", Type: Number, Quantiles: []QuantileBound{{At: 0.5}}},
	}})
	c.Scratch, c.most = t.TempDir(), 30_000
	for from := 0; from < rows; from += 10_000 {
		c.Add(distinctRows(from, 10_000))
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r := must.Get(c.Result())(t)
	require.Empty(t, r.Violations)
	require.InEpsilon(t, rows, r.Columns[2].Distinct, 0.05)
	return m.HeapAlloc
}

func distinctRows(from, n int) *table.Table {
	x, s := make([]float64, n), make([]string, n)
	for i := range n {
		x[i], s[i] = float64(from+i), fmt.Sprintf("a-%09d", from+i)
	}
	return table.Must(table.Floats("id", x), table.Texts("code", s), table.Categories("user", s), table.Floats("x", x))
}

// What is found does not depend on how many values are remembered, also where
// files are made from files, and no file is left.
func TestRepeats(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	values := make([]string, 5000)
	for i := range values {
		values[i] = fmt.Sprintf("%d\n", rng.IntN(20_000))
	}
	values[4999] = values[0]
	col := table.Texts("x", values)
	seen := map[string]bool{}
	var want []Example
	for i, v := range values {
		if seen[v] {
			want = append(want, Example{Row: i + 1, Line: i + 2, Value: v})
		}
		seen[v] = true
	}
	require.Greater(t, len(want), 400)
	for _, most := range []int{3, 100, 1000, 1 << 20} {
		folder, hash := t.TempDir(), table.NewRowHash()
		var got []Example
		r := newRepeats(folder, most, 0, func(e Example) { got = append(got, e) })
		for i := range values {
			require.NoError(t, r.add(hash.Key([]*table.Column{col}, i), Example{Row: i + 1, Line: i + 2}, func() string { return values[i] }))
			require.LessOrEqual(t, len(r.seen), most)
		}
		require.NoError(t, r.finish())
		slices.SortFunc(got, func(a, b Example) int { return a.Row - b.Row })
		require.Equal(t, want, got, "%d remembered", most)
		left := must.Get(os.ReadDir(folder))(t)
		require.Empty(t, left)
	}
}

// The first rows are named in their order, whichever file they were in.
func TestRepeatsAreNamed(t *testing.T) {
	v := violation{}
	for _, row := range []int{50, 9, 70, 3, 60, 8, 40, 1} {
		v.add(Example{Row: row})
	}
	require.Equal(t, 8, v.Count)
	require.Equal(t, []Example{{Row: 1}, {Row: 3}, {Row: 8}, {Row: 9}, {Row: 40}}, v.First)
}

func TestRepeatsWithoutAFolder(t *testing.T) {
	r := newRepeats(filepath.Join(t.TempDir(), "none"), 1, 0, func(Example) {})
	add := func(k uint64) error {
		return r.add(table.RowKey{k, k}, Example{Row: int(k)}, func() string { return "x" })
	}
	require.NoError(t, add(1))
	require.ErrorIs(t, add(2), os.ErrNotExist)
}

// A file that is cut is an error, not the end.
func TestRepeatsOfACutFile(t *testing.T) {
	for _, size := range []int64{20, 30} {
		s := must.Get(newSpill(t.TempDir()))(t)
		for range 2 {
			require.NoError(t, s.write(table.RowKey{1, 2}, Example{Row: 1, Line: 2, Value: "abc"}))
		}
		require.NoError(t, s.w.Flush())
		require.NoError(t, s.file.Truncate(size))
		err := s.read(func(table.RowKey, Example) error { return nil })
		require.Error(t, err)
		require.False(t, errors.Is(err, os.ErrNotExist))
	}
}
