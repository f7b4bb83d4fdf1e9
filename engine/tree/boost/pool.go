package boost

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// A goroutine without work looks for news for some ten microseconds, longer
// than the gap between two regions of a growing tree, before it sleeps. Where
// others want the processor, it soon offers it to them.
const (
	looks      = 100 // between two offers
	looksTotal = 100 * looks
)

// pool runs numbered tasks on all processors. Growing a tree has a region of
// parallel work for each split, of some ten microseconds; starting goroutines
// for each would cost about as much, so the workers stay, and for a short
// while they spin.
//
// Which worker runs which task is not determined: a task must not depend on
// its worker, except for scratch memory.
type pool struct {
	workers int // the calling goroutine among them

	do      func(task, worker int)
	tasks   int64
	next    atomic.Int64 // the next task
	busy    atomic.Int64 // workers that have not finished the region
	region  atomic.Int64 // rises with each region; negative when closed
	waiting []waiter     // of the workers, and at 0 of the caller
	done    sync.WaitGroup
}

// waiter lets one goroutine wait until a condition holds that others bring
// about and then call wake.
type waiter struct {
	asleep atomic.Bool
	signal chan struct{}
	_      [48]byte // apart from its neighbour's cache line
}

// workersKey is the key of WithWorkers.
type workersKey struct{}

// WithWorkers returns a context in which boosting uses at most n processors,
// for who fits several models at a time: n models on one processor each take
// less than one after the other on n.
func WithWorkers(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, workersKey{}, n)
}

func newPool(ctx context.Context) *pool {
	p := &pool{workers: runtime.GOMAXPROCS(0)}
	if most, ok := ctx.Value(workersKey{}).(int); ok {
		p.workers = max(1, min(p.workers, most))
	}
	p.waiting = make([]waiter, p.workers)
	for w := range p.waiting {
		p.waiting[w].signal = make(chan struct{}, 1)
	}
	for w := 1; w < p.workers; w++ {
		p.done.Go(func() { p.work(w) })
	}
	return p
}

// close ends the workers.
func (p *pool) close() {
	p.region.Store(-1)
	for w := 1; w < p.workers; w++ {
		p.waiting[w].wake()
	}
	p.done.Wait()
}

// run calls do for every task from 0 to tasks-1 and returns when all are done.
func (p *pool) run(tasks int, do func(task, worker int)) {
	if tasks <= 1 || p.workers == 1 {
		for t := range tasks {
			do(t, 0)
		}
		return
	}
	p.do, p.tasks = do, int64(tasks)
	p.next.Store(0)
	p.busy.Store(int64(p.workers - 1))
	p.region.Add(1)
	for w := 1; w < p.workers; w++ {
		p.waiting[w].wake()
	}
	p.drain(0)
	p.waiting[0].wait(func() bool { return p.busy.Load() == 0 })
}

// rows calls do for the blocks of [0, n) in parallel. The partition depends on
// n and size alone.
func (p *pool) rows(n, size int, do func(from, to, worker int)) {
	p.run((n+size-1)/size, func(b, worker int) {
		do(b*size, min(n, (b+1)*size), worker)
	})
}

func (p *pool) work(w int) {
	for seen := int64(0); ; seen++ {
		p.waiting[w].wait(func() bool { return p.region.Load() != seen })
		if p.region.Load() < 0 {
			return
		}
		p.drain(w)
		if p.busy.Add(-1) == 0 {
			p.waiting[0].wake()
		}
	}
}

func (p *pool) drain(worker int) {
	for {
		t := p.next.Add(1) - 1
		if t >= p.tasks {
			return
		}
		p.do(int(t), worker)
	}
}

func (w *waiter) wait(ready func() bool) {
	for i := range looksTotal {
		if ready() {
			return
		}
		if i%looks == looks-1 {
			runtime.Gosched()
		}
	}
	for {
		w.asleep.Store(true)
		if ready() {
			// A waker that saw us asleep has sent, or is about to.
			if !w.asleep.CompareAndSwap(true, false) {
				<-w.signal
			}
			return
		}
		<-w.signal
	}
}

func (w *waiter) wake() {
	if w.asleep.CompareAndSwap(true, false) {
		w.signal <- struct{}{}
	}
}
