package parallel

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

// onProcessors runs f with each number of processors.
func onProcessors(t *testing.T, f func(t *testing.T)) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, p := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(p)
		t.Run(fmt.Sprintf("%d processors", p), f)
	}
}

func TestEachTaskIsDoneOnce(t *testing.T) {
	onProcessors(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 2, 100} {
			done := make([]int, n)
			For(n, func(i int) { done[i]++ })
			for i, times := range done {
				assert.Equal(t, 1, times, "task %d of %d", i, n)
			}
		}
	})
}

func TestNoTwoTasksShareAWorker(t *testing.T) {
	onProcessors(t, func(t *testing.T) {
		busy := make([]atomic.Int32, Workers())
		ForWorker(200, func(worker, _ int) {
			assert.EqualValues(t, 1, busy[worker].Add(1))
			runtime.Gosched()
			busy[worker].Add(-1)
		})
	})
}

func TestBlocksPartTheNumbers(t *testing.T) {
	onProcessors(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 7, 8, 9, 100} {
			done := make([]int, n)
			Blocks(n, 8, func(from, to int) {
				assert.Zero(t, from%8)
				assert.LessOrEqual(t, to-from, 8)
				for i := from; i < to; i++ {
					done[i]++
				}
			})
			for i, times := range done {
				assert.Equal(t, 1, times, "number %d of %d", i, n)
			}
		}
	})
}

func TestTheFirstErrorIsThatOfTheLowestNumber(t *testing.T) {
	onProcessors(t, func(t *testing.T) {
		var done atomic.Int32
		err := Try(50, func(i int) error {
			done.Add(1)
			if i%10 == 3 {
				return errors.New(fmt.Sprint("task ", i))
			}
			return nil
		})
		assert.EqualError(t, err, "task 3")
		assert.EqualValues(t, 50, done.Load())
		assert.NoError(t, Try(3, func(int) error { return nil }))
	})
}

// Sums over blocks, added up in their order, have the same bits on any number
// of processors.
func ExampleBlocks() {
	x := []float64{1, 2, 3, 4, 5, 6, 7}
	sums := make([]float64, 3)
	Blocks(len(x), 3, func(from, to int) {
		for _, v := range x[from:to] {
			sums[from/3] += v
		}
	})
	fmt.Println(sums)
	// Output: [6 15 7]
}
