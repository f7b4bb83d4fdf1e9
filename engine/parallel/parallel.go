// Package parallel does numbered tasks on all processors.
//
// Which goroutine takes which task, and when, is not determined. A task that
// writes only what belongs to its number, and reads nothing that another one
// writes, gives the same bits at any GOMAXPROCS. Sums over tasks are the caller's
// to add up in the order of their numbers.
package parallel

import (
	"cmp"
	"runtime"
	"sync"
	"sync/atomic"
)

// Workers returns how many tasks run at a time: GOMAXPROCS.
func Workers() int { return runtime.GOMAXPROCS(0) }

// For calls f(0) … f(n-1) and returns when all are done. They start in order.
// With one task or one processor they run in the calling goroutine.
func For(n int, f func(i int)) {
	ForWorker(n, func(_, i int) { f(i) })
}

// ForWorker is For for tasks that need scratch memory: worker is below Workers(),
// and no two tasks run at once with the same one.
func ForWorker(n int, f func(worker, i int)) {
	workers := min(n, Workers())
	if workers <= 1 {
		for i := range n {
			f(0, i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(w, i)
			}
		})
	}
	wg.Wait()
}

// Blocks calls f for each block of at most size numbers of [0, n): from ≤ i < to.
// The blocks depend on n and size alone.
func Blocks(n, size int, f func(from, to int)) {
	For((n+size-1)/size, func(b int) { f(b*size, min(n, (b+1)*size)) })
}

// Try is For for tasks that can fail. All are done; the error is that of the
// lowest number that has one.
func Try(n int, f func(i int) error) error {
	errs := make([]error, n)
	For(n, func(i int) { errs[i] = f(i) })
	return cmp.Or(errs...)
}
