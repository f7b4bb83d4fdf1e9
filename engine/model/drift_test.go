package model

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
		got, err := m.TellApart(t.Context(), Rows{Reference: pairs(1, 3000, 1), Current: current}, random.New(1, "drift"))
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

	got, err := m.TellApart(t.Context(), Rows{Reference: pairs(1, 9, 1), Current: pairs(2, 2000, 1)}, random.New(1, "drift"))
	require.NoError(t, err)
	assert.Nil(t, got, "too few rows")
}

// Rows that the split kept on one side, since they equal each other, give no
// alarm: nothing drifted.
func TestTellApartOfPartedRows(t *testing.T) {
	m := &Model{Schema: schema.Schema{Target: "y", Columns: []schema.Column{
		{Name: "a", Type: schema.Number}, {Name: "b", Type: schema.Number}, {Name: "c", Type: schema.Category}, {Name: "y", Type: schema.Number},
	}}}
	auc := func(parted bool) *drift.Multivariate {
		got, err := m.TellApart(t.Context(), Rows{twice(pairs(1, 300, 1)), twice(pairs(2, 300, 1)), parted}, random.New(1, "drift"))
		require.NoError(t, err)
		return got
	}
	assert.Greater(t, auc(false).AUC, 0.6, "of rows that come twice, one tells of the other")
	assert.Less(t, auc(true).AUC, 0.58)
	assert.Equal(t, 600, auc(true).Rows)
}

func twice(t *table.Table) *table.Table { return table.Concat(t, t) }

// Where nothing drifted, the classifier gives an alarm in at most 5 of 100
// reports. Those allowed here are what a true rate of 5 % exceeds once in a
// thousand runs.
func TestTellApartFalseAlarms(t *testing.T) {
	m := &Model{Schema: schema.Schema{Target: "y", Columns: []schema.Column{
		{Name: "a", Type: schema.Number}, {Name: "b", Type: schema.Number}, {Name: "c", Type: schema.Category}, {Name: "y", Type: schema.Number},
	}}}
	check := func(n, k, runs, most int) {
		t.Helper()
		alarms, limits := 0, drift.Defaults()
		for run := range runs {
			seed := uint64(1000 + 2*run)
			got, err := m.TellApart(t.Context(), Rows{Reference: pairs(seed, n, 1), Current: pairs(seed+1, k, 1)}, random.New(seed, "drift"))
			require.NoError(t, err)
			if got.Test.P <= limits.Alpha && got.AUC >= limits.AUC {
				alarms++
			}
		}
		t.Logf("%d against %d rows: %d of %d reports have an alarm", n, k, alarms, runs)
		assert.LessOrEqual(t, alarms, most, "%d against %d rows", n, k)
	}
	check(100, 100, 100, 13)
	check(1000, 100, 40, 8)
	check(2500, 2500, 6, 0)
}
