package schema

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/table"
)

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
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
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
		s, err := newSpill(t.TempDir())
		require.NoError(t, err)
		for range 2 {
			require.NoError(t, s.write(table.RowKey{1, 2}, Example{Row: 1, Line: 2, Value: "abc"}))
		}
		require.NoError(t, s.w.Flush())
		require.NoError(t, s.file.Truncate(size))
		err = s.read(func(table.RowKey, Example) error { return nil })
		require.Error(t, err)
		require.False(t, errors.Is(err, os.ErrNotExist))
	}
}
