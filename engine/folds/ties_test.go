package folds

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/random"
	"example.com/engine/selection"
	"example.com/engine/table"
)

func TestTiesFill(t *testing.T) {
	of := sample()
	rows := selection.Rows{N: 3, Units: []uint64{7, 8, 9}}
	Ties{Keys: []string{"town"}, Time: "sold", Points: []string{"year"}}.Fill(&rows, of)
	require.Equal(t, rows.Groups[0], rows.Groups[2])
	require.Equal(t, 8, rows.Groups[1], "a row without a town is a group")
	require.Equal(t, []int64{5, 3, math.MinInt64}, rows.Time)
	require.Equal(t, [][]float64{{1999}, {2001}, {2000}}, rows.Points)

	known := rows
	Ties{Groups: "year", Time: "year", Points: []string{"x"}}.Fill(&rows, of)
	require.Equal(t, known, rows, "what is known stays")
	rows = selection.Rows{N: 3}
	Ties{Groups: "no", Time: "town", Keys: []string{"neither"}, Points: []string{"town"}}.Fill(&rows, of)
	require.Equal(t, selection.Rows{N: 3}, rows)
}

// A row's fold depends on the row or its group: it stays when others come, go or
// change places.
func TestNoRowChangesFolds(t *testing.T) {
	n := 1000
	x, town := make([]float64, n), make([]string, n)
	for i := range n {
		x[i], town[i] = float64(i), string(rune('A'+i%53))
	}
	all := table.Must(table.Floats("x", x), table.Categories("town", town))
	for _, text := range []string{
		"kfold: {shuffle: true}", "stratified_kfold: {shuffle: true, bins: 4}", "group_kfold: {shuffle: true}",
		"stratified_group_kfold: {shuffle: true, bins: 4}", "repeated_kfold: {repeats: 2}", "repeated_stratified_kfold: {repeats: 2, bins: 4}",
		"spatial_blocks: {method: grid, cell_size: 10}",
	} {
		var s Settings
		require.NoError(t, config.Parse("model.yaml", []byte("{split: {"+text+"}, groups: town, points: [x]}"), &s))
		foldOf := func(of *table.Table) map[float64][]int {
			rows, err := s.Rows(of, of.Column("x").Floats, Units(of.Len(), of.Columns(), "", true))
			require.NoError(t, err)
			folds, err := s.Split.Split(rows, random.New(3, "folds"))
			require.NoError(t, err, text)
			tested := map[float64][]int{}
			for k, f := range folds {
				for _, i := range f.Test {
					tested[of.Column("x").Floats[i]] = append(tested[of.Column("x").Floats[i]], k)
				}
			}
			return tested
		}
		before := foldOf(all.Slice(100, 900))
		order := random.New(1, "order").Perm(n)
		for _, now := range []map[float64][]int{foldOf(all), foldOf(all.Take(order)), foldOf(all.Take(order[:600]))} {
			for row, folds := range now {
				if was, known := before[row]; known {
					require.Equal(t, was, folds, "%s: row %v", text, row)
				}
			}
		}
	}
}
