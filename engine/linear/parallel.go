package linear

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// span is the rows from ≤ i < to.
type span struct{ from, to int }

// split cuts n rows into spans of at least size rows, 16 at most. It depends
// on nothing else, so that sums over spans, added in their order, come out
// the same on any number of CPUs.
func split(n, size int) []span {
	parts := max(1, min(16, n/size))
	spans := make([]span, parts)
	for k := range spans {
		spans[k] = span{k * n / parts, (k + 1) * n / parts}
	}
	return spans
}

// parallel calls f(0) … f(tasks-1), as many at a time as there are CPUs.
func parallel(tasks int, f func(task int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(tasks, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for k := int(next.Add(1)) - 1; k < tasks; k = int(next.Add(1)) - 1 {
				f(k)
			}
		})
	}
	wg.Wait()
}
