package selection

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/random"
)

func TestCrossValidateKeepsTheOrder(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	folds := must.Get((&KFold{Folds: 10}).Split(Rows{N: 25}, nil))(t)
	var want []float64
	for _, cpus := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(cpus)
		got := must.Get(CrossValidate(context.Background(), folds, func(_ context.Context, k int, f Fold) (float64, error) {
			return random.New(42, fmt.Sprint("fold ", k)).Float64() + float64(f.Test[0]), nil
		}))(t)
		require.Len(t, got, 10)
		if cpus == 1 {
			want = got
		}
		require.Equal(t, want, got)
	}
}

func TestCrossValidateReturnsTheFirstFoldsError(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	folds := make([]Fold, 20)
	begun, late := make(chan struct{}), make(chan struct{})
	var ran atomic.Int64
	_, err := CrossValidate(context.Background(), folds, func(ctx context.Context, k int, _ Fold) (int, error) {
		ran.Add(1)
		switch k {
		case 1: // fails only after fold 2 has
			<-late
			return 0, errors.New("one")
		case 2:
			<-begun
			close(late)
			return 0, errors.New("two")
		case 3:
			close(begun)
		case 0:
			return 0, nil
		}
		<-ctx.Done() // is told to stop
		return 0, ctx.Err()
	})
	require.EqualError(t, err, "fold 2 of 20: one")
	require.Less(t, ran.Load(), int64(20))
}

func TestCrossValidateStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var ran atomic.Int64
	_, err := CrossValidate(ctx, make([]Fold, 100), func(context.Context, int, Fold) (int, error) {
		cancel()
		ran.Add(1)
		return 0, nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, ran.Load(), int64(100))
	cancelled, err := CrossValidate(ctx, []Fold{{}}, func(context.Context, int, Fold) (int, error) { panic("not reached") })
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, cancelled)
}

func TestFindRepeats(t *testing.T) {
	require.Equal(t, Repeats{Agreement: 1, Together: true}, FindRepeats(nil, nil))
	require.Equal(t, Repeats{Agreement: 1, Together: true}, FindRepeats([]int32{0, 1, 2}, []int32{0, 0, 2}), "none")
	require.Equal(t, Repeats{Rows: 2, Agreement: 1, Together: true}, FindRepeats([]int32{0, 0, 2, 2}, []int32{0, 0, 2, 2}))
	// Of two repeated rows one agrees, as do half of any two rows.
	require.Equal(t, Repeats{Rows: 2}, FindRepeats([]int32{0, 0, 2, 2, 4, 5}, []int32{0, 0, 2, 0, 2, 2}))
	// A target of one value agrees by itself.
	require.Equal(t, Repeats{Rows: 1, Agreement: 1, Together: true}, FindRepeats([]int32{0, 0}, []int32{0, 0}))
	require.PanicsWithValue(t, "selection: slice length mismatch", func() { FindRepeats([]int32{0}, nil) })
}

// draw makes n rows of some kinds, the share of which are copies of an earlier
// row, and the others of a target that is 1 once in ten.
func draw(n, kinds int, copies float64) (first, target []int32) {
	rng := rand.New(rand.NewPCG(7, 8))
	kind, y := make([]int, n), make([]int, n)
	ofKind, ofTarget := map[int]int32{}, map[int]int32{}
	for i := range n {
		kind[i], y[i] = rng.IntN(kinds), min(1, rng.IntN(10))
		if i > 0 && rng.Float64() < copies {
			j := rng.IntN(i)
			kind[i], y[i] = kind[j], y[j]
		}
		for m, v := range map[*map[int]int32]int{&ofKind: kind[i], &ofTarget: y[i]} {
			if _, ok := (*m)[v]; !ok {
				(*m)[v] = int32(i)
			}
		}
		first, target = append(first, ofKind[kind[i]]), append(target, ofTarget[y[i]])
	}
	return first, target
}

func TestCopiesOrChance(t *testing.T) {
	for name, c := range map[string]struct {
		kinds    int
		copies   float64
		together bool
	}{
		"coarse columns":        {30, 0, false},
		"fine columns":          {1 << 40, 0, true},
		"fine columns, copies":  {1 << 40, 0.4, true},
		"few that are alike":    {1 << 16, 0, true},
		"coarse, and copies":    {30, 0.4, false},
		"many copies and alike": {4000, 0.4, false},
	} {
		r := FindRepeats(draw(4000, c.kinds, c.copies))
		require.Equal(t, c.together, r.Together, "%s: %+v", name, r)
	}
	r := FindRepeats(draw(4000, 30, 0))
	require.InDelta(t, 0, r.Agreement, 0.05, "a target that the columns do not tell")
}
