package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/claimtest"
	"example.com/engine/drift"
	"example.com/engine/random"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// pairs makes rows of two numbers and a category, each of the same distribution
// whatever the sign of their relation.
func pairs(seed uint64, n int, sign float64) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	a, b, id, c := make([]float64, n), make([]float64, n), make([]float64, n), make([]string, n)
	for i := range n {
		a[i] = rng.NormFloat64()
		b[i] = sign*a[i] + 0.5*rng.NormFloat64()
		id[i] = float64(seed)*1e6 + float64(i)
		c[i] = fmt.Sprint(rng.IntN(5))
	}
	return table.Must(table.Floats("a", a), table.Floats("b", b), table.Floats("id", id), table.Categories("c", c))
}

// Rows that differ in how columns go together, and in no column alone, are told
// apart; rows that do not differ are not.
func TestTellApart(t *testing.T) {
	m := &Model{Schema: schema.Schema{Target: "y", Columns: []schema.Column{
		{Name: "a", Type: schema.Number},
		{Name: "b", Type: schema.Number},
		{Name: "c", Type: schema.Category},
		{Name: "id", Type: schema.Integer, Unique: true},
		{Name: "y", Type: schema.Number},
	}}}
	check := func(n int, sign, least, most float64) *table.Table {
		t.Helper()
		current := pairs(2, n, sign)
		got, _, err := m.TellApart(t.Context(), Rows{Reference: pairs(1, 3000, 1), Current: current}, random.New(1, "drift"))
		require.NoError(t, err)
		assert.True(t, least <= got.AUC && got.AUC <= most, got.AUC)
		assert.True(t, got.Low < got.AUC && got.AUC < got.High)
		for _, c := range got.Columns {
			assert.NotEqual(t, "id", c.Column)
		}
		if sign < 0 {
			assert.ElementsMatch(t, []string{"a", "b"}, []string{got.Columns[0].Column, got.Columns[1].Column})
			assert.Less(t, got.Test.P, 1e-6)
		}
		return current
	}
	check(2000, 1, 0.45, 0.55)
	check(200, 1, 0.4, 0.6)
	check(2000, -1, 0.8, 1)

	got, _, err := m.TellApart(t.Context(), Rows{Reference: pairs(1, 9, 1), Current: pairs(2, 2000, 1)}, random.New(1, "drift"))
	require.NoError(t, err)
	assert.Nil(t, got, "too few rows")
}

// Rows that come twice in one of the tables give no alarm: nothing drifted, but
// of a copy a classifier knows where it is from.
func TestTellApartOfRepeatedRows(t *testing.T) {
	m := toldApart()
	for _, parted := range []bool{false, true} {
		got, note, err := m.TellApart(t.Context(), Rows{twice(pairs(1, 300, 1)), twice(pairs(2, 300, 1)), parted}, random.New(1, "drift"))
		require.NoError(t, err)
		assert.Less(t, got.AUC, 0.58)
		assert.Equal(t, 600, got.Rows)
		assert.Equal(t, "300 of 600 rows looked at repeat one before them in all inputs; the classifier takes each once, "+
			"the tests of single columns every time, so that their p may be too small", note)
	}
}

func toldApart() *Model {
	return &Model{Schema: schema.Schema{Target: "y", Columns: []schema.Column{
		{Name: "a", Type: schema.Number}, {Name: "b", Type: schema.Number}, {Name: "c", Type: schema.Category}, {Name: "y", Type: schema.Number},
	}}}
}

// Rows of the training table are left out and counted: a classifier that learned
// one of them takes its copy for a training row, and the AUC was far below 0.5.
func TestTellApartOfTrainingRows(t *testing.T) {
	reference := pairs(1, 2000, 1)
	check := func(name string, reference, current *table.Table, rows int, wantNote string) {
		t.Helper()
		got, note, err := toldApart().TellApart(t.Context(), Rows{Reference: reference, Current: current}, random.New(1, "drift"))
		require.NoError(t, err)
		if assert.Contains(t, note, wantNote, name); wantNote == "" {
			assert.Empty(t, note, name)
		}
		if rows == 0 {
			assert.Nil(t, got, name)
			return
		}
		require.NotNil(t, got, name)
		assert.Equal(t, rows, got.Rows, name)
		assert.Less(t, math.Abs(got.AUC-0.5), 0.06, name)
	}
	half := table.Concat(reference.Slice(0, 500), pairs(2, 500, 1))
	check("all", reference, reference, 0, "2000 of 2000 rows looked at equal training rows in all inputs; the classifier leaves them out, "+
		"the tests of single columns do not; no classifier was tried: it needs 10 different rows of either table, and has 0")
	check("half", reference, half, 2000, "500 of 1000 rows looked at equal training rows")
	check("half, each twice", reference, twice(half), 2000, "1000 of 2000 rows looked at equal training rows")
	check("none", reference, pairs(2, 1000, 1), 3000, "")

	// Of five levels and two signs, a row equals others by chance.
	coarse := func(seed uint64, n int) *table.Table {
		rows := pairs(seed, n, 1)
		for _, name := range []string{"a", "b"} {
			for i, v := range rows.Column(name).Floats {
				rows.Column(name).Floats[i] = math.Copysign(1, v)
			}
		}
		return rows
	}
	check("coarse", coarse(1, 2000), coarse(2, 1000), 3000, "")
}

func twice(t *table.Table) *table.Table { return table.Concat(t, t) }

// Where nothing drifted, the classifier gives an alarm in at most 5 of 100
// reports, also by significance alone, and of rows that come twice or equal each
// other by chance.
func TestClaimTellApart(t *testing.T) {
	coarse := func(rows *table.Table) *table.Table {
		for _, name := range []string{"a", "b"} {
			for i, v := range rows.Column(name).Floats {
				rows.Column(name).Floats[i] = math.Copysign(1, v)
			}
		}
		return rows
	}
	alarms, all := 0, 0
	check := func(name string, n, k, runs int, change func(*table.Table) *table.Table) {
		t.Helper()
		found := 0
		for run := range runs {
			seed := uint64(1000 + 2*run)
			got, _, err := toldApart().TellApart(t.Context(), Rows{Reference: change(pairs(seed, n, 1)), Current: change(pairs(seed+1, k, 1))}, random.New(seed, "drift"))
			require.NoError(t, err)
			if got.Test.P <= drift.Defaults().Alpha {
				found++
			}
		}
		t.Logf("%s, %d and %d rows: %d of %d", name, n, k, found, runs)
		alarms, all = alarms+found, all+runs
	}
	same := func(rows *table.Table) *table.Table { return rows }
	check("rows", 100, 100, claimtest.Runs(16, 400), same)
	check("rows", 1000, 100, claimtest.Runs(6, 200), same)
	check("rows twice", 100, 100, claimtest.Runs(16, 400), twice)
	check("coarse rows", 300, 100, claimtest.Runs(16, 400), coarse)
	check("rows", 2500, 2500, claimtest.Runs(1, 40), same)
	claimtest.Within(t, "classifier tells halves apart, by significance alone", float64(alarms)/float64(all), 0, 0.05+3*math.Sqrt(0.05*0.95/float64(all)), all)
}
