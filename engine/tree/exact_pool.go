package tree

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// bigNode is how many rows a node has for which waking another processor, or
// asking whether to stop, costs nothing to speak of.
const bigNode = 8192

func processors() int { return runtime.GOMAXPROCS(0) }

// parallelTasks calls f(worker, task) for each task, as many at a time as there are
// workers. Tasks start in order; no two run at once with the same worker.
func parallelTasks(workers, tasks int, f func(worker, task int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range min(workers, tasks) {
		wg.Go(func() {
			for t := int(next.Add(1)) - 1; t < tasks; t = int(next.Add(1)) - 1 {
				f(w, t)
			}
		})
	}
	wg.Wait()
}

// exactPool holds the growers that have nothing to do. A tree takes one; when
// there are more growers than trees, a tree hands subtrees to those that are
// free. Since a subtree depends on nothing outside it, the result is the same.
type exactPool struct {
	free  chan *exactGrower
	tasks sync.WaitGroup
}

func newExactPool(s *exactSet) *exactPool {
	p := &exactPool{free: make(chan *exactGrower, processors())}
	for range processors() {
		p.free <- newExactGrower(s, p)
	}
	return p
}

// spawn calls do in a goroutine with a grower, when one is free. do must give
// the grower back.
func (p *exactPool) spawn(do func(g *exactGrower)) {
	g := <-p.free
	p.tasks.Go(func() { do(g) })
}

// growTree grows the tree of the rows of l. It gives the grower back when its
// own part is done, and then waits for the subtrees that others grow.
func (g *exactGrower) growTree(ctx context.Context, l *exactLevel, seed uint64) *exactGrowth {
	weight := sumRows(l.stat, l.rows).w
	out := newExactGrowth(g.set.values(), weight*g.set.unit, g.room)
	root := exactItem{to: int32(len(l.rows)), seed: seed}
	g.draw.forget(root)
	if g.set.maxLeaves > 0 {
		g.growBest(ctx, l, root, out)
	} else {
		g.grow(ctx, l, root, out)
	}
	g.room = len(out.nodes) + len(out.nodes)/8
	g.pool.free <- g
	out.join()
	out.findThresholds(g.set)
	return out
}

// fork hands the subtree of an item to a grower that is free, if one is.
func (g *exactGrower) fork(ctx context.Context, l *exactLevel, it exactItem, out *exactGrowth) bool {
	select {
	case other := <-g.pool.free:
		part := newExactGrowth(out.size, out.weight, 2)
		part.done = make(chan struct{})
		out.forks = append(out.forks, exactFork{it.node, part})
		other.draw.inherit(&g.draw, it)
		it.node = 0
		go func() {
			other.grow(ctx, l, it, part)
			g.pool.free <- other
			close(part.done)
		}()
		return true
	default:
		return false
	}
}
