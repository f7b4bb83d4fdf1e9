package selection

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/random"
)

func TestCrossValidateKeepsTheOrder(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	folds, err := (&KFold{Folds: 10}).Split(Rows{N: 25}, nil)
	require.NoError(t, err)
	var want []float64
	for _, cpus := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(cpus)
		got, err := CrossValidate(context.Background(), folds, func(_ context.Context, k int, f Fold) (float64, error) {
			return random.New(42, fmt.Sprint("fold ", k)).Float64() + float64(f.Test[0]), nil
		})
		require.NoError(t, err)
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

func TestOutOfFold(t *testing.T) {
	folds := []Fold{{Test: []int{1, 2}}, {Test: []int{0}}, {Test: []int{0, 1, 2}}}
	got, err := OutOfFold(3, folds, [][]float64{{10, 20}, {0}, {2, 10, 30}})
	require.NoError(t, err)
	require.Equal(t, []float64{1, 10, 25}, got)
	_, err = OutOfFold(3, folds[:1], [][]float64{{10, 20}})
	require.EqualError(t, err, "row 0 is in the test part of no fold: out-of-fold predictions need folds that cover all rows")
}
