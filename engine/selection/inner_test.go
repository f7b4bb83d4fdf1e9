package selection

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/random"
)

func within(rows Rows) context.Context {
	return WithRows(context.Background(), func() (Rows, error) { return rows, nil })
}

// What a fit sets aside is what the rows' order, places or groups allow.
func TestInnerFoldsFollowTheRows(t *testing.T) {
	all := sample(300)
	y := all.Y
	check := func(rows Rows, y []float64, sound func(folds []Fold)) {
		t.Helper()
		ctx := within(rows)
		folds, err := Inner(ctx, rows.N, 5, y, random.New(1, "inner"))
		require.NoError(t, err)
		held, err := InnerHoldout(ctx, rows.N, 0.2, y, random.New(1, "inner"))
		require.NoError(t, err)
		require.Len(t, folds, 5)
		for _, f := range append(folds, held) {
			require.NotEmpty(t, f.Train)
			require.InDelta(t, 60, len(f.Test), 30)
			require.True(t, slices.IsSorted(f.Train))
			require.True(t, slices.IsSorted(f.Test))
			if rows.Time == nil {
				require.Len(t, slices.Concat(f.Train, f.Test), rows.N)
			}
		}
		sound(append(folds, held))
	}
	apart := func(group []int) func([]Fold) {
		return func(folds []Fold) {
			n, _ := Straddling(group, folds)
			require.Zero(t, n)
		}
	}
	check(Rows{N: 300, Groups: all.Groups}, nil, apart(all.Groups))
	check(Rows{N: 300, Groups: all.Groups, Units: all.Units}, y, apart(all.Groups))
	check(Rows{N: 300, Points: all.Points}, nil, apart(all.Groups)) // groups have a place each
	check(Rows{N: 300, Time: all.Time, Groups: all.Groups}, nil, func(folds []Fold) { require.Zero(t, Backwards(all.Time, folds)) })
	check(Rows{N: 300, Units: all.Units}, nil, func(folds []Fold) {
		n, _ := Straddling(all.Units, folds)
		require.Zero(t, n)
	})
	check(Rows{N: 300}, y, func(folds []Fold) {
		for _, f := range folds {
			for k, n := range classCounts(y, f.Test, 3) {
				require.InDelta(t, classCounts(y, everyRow(300), 3)[k]/5, n, 1)
			}
		}
	})
	// All rows of one group, or one time, are parted by themselves.
	check(Rows{N: 300, Groups: make([]int, 300)}, nil, func([]Fold) {})
	check(Rows{N: 300, Time: make([]int64, 300)}, nil, func([]Fold) {})
}

// Few groups make few folds, and a class that is in one of them alone is learned.
func TestInnerFoldsOfFewGroups(t *testing.T) {
	rows := Rows{N: 9, Groups: []int{5, 5, 5, 5, 5, 7, 7, 9, 9}}
	y := []float64{0, 1, 0, 1, 0, 0, 1, 0, 2}
	folds, err := Inner(within(rows), 9, 5, y, random.New(1, "inner"))
	require.NoError(t, err)
	require.Len(t, folds, 3)
	for _, f := range folds {
		require.Contains(t, f.Train, 8, "the only row of class 2")
	}
	held, err := InnerHoldout(within(rows), 9, 0.1, nil, random.New(1, "inner"))
	require.NoError(t, err)
	require.Len(t, held.Test, 2, "the smallest of groups that are all too large")

	two := Rows{N: 4, Time: []int64{1, 1, 2, 2}}
	folds, err = Inner(within(two), 4, 5, nil, random.New(1, "inner"))
	require.NoError(t, err)
	require.Equal(t, []Fold{{Train: []int{0, 1}, Test: []int{2, 3}}}, folds)
}

func TestInnerRowsAreThoseOfTheFit(t *testing.T) {
	all := sample(300)
	ctx := within(all)
	_, err := Inner(ctx, 200, 5, nil, random.New(1, "inner"))
	require.EqualError(t, err, "a fit on 200 of 300 rows: its context is to be that of selection.WithTaken")
	some := everyRow(200)
	part, count, err := Parts(WithTaken(ctx, some), 200, 5, nil, random.New(1, "inner"))
	require.NoError(t, err)
	require.Equal(t, 5, count)
	require.Zero(t, Backwards(all.Time, []Fold{{Train: where(part, 0), Test: where(part, 4)}}))

	for ctx, want := range map[context.Context]bool{context.Background(): false, within(Rows{N: 3, Units: make([]uint64, 3)}): false, ctx: true} {
		tied, err := Tied(ctx, map[bool]int{true: 300, false: 3}[want])
		require.NoError(t, err)
		require.Equal(t, want, tied)
	}
	require.Equal(t, context.Background(), WithTaken(context.Background(), some))
	_, err = Inner(context.Background(), 4, 5, nil, random.New(1, "inner"))
	require.EqualError(t, err, "5 folds within a fit need as many rows, there are 4")
	_, err = Inner(within(Rows{N: 6, Units: make([]uint64, 6)}), 6, 5, nil, random.New(1, "inner"))
	require.ErrorContains(t, err, "none of 6 rows can be set aside within a fit: they are copies")
}

func where(part []int, k int) (rows []int) {
	for i, p := range part {
		if p == k {
			rows = append(rows, i)
		}
	}
	return rows
}
