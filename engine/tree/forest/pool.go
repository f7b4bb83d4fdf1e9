package forest

import (
	"context"
	"sync"
	"sync/atomic"

	"example.com/engine/parallel"
)

// bigNode is how many rows a node has for which waking another processor, or
// asking whether to stop, costs nothing to speak of.
const bigNode = 8192

// pool holds the growers that have nothing to do. A tree takes one; when
// there are more growers than trees, a tree hands subtrees to those that are
// free. Since a subtree depends on nothing outside it, the result is the same.
type pool struct {
	free  chan *grower
	tasks sync.WaitGroup
}

func newPool(s *trainingSet) *pool {
	p := &pool{free: make(chan *grower, parallel.Workers())}
	for range parallel.Workers() {
		p.free <- newGrower(s, p)
	}
	return p
}

// spawn calls do in a goroutine with a grower, when one is free. do must give
// the grower back.
func (p *pool) spawn(do func(g *grower)) {
	g := <-p.free
	p.tasks.Go(func() { do(g) })
}

// growTree grows the tree of the rows of l. It gives the grower back when its
// own part is done, and then waits for the subtrees that others grow.
func (g *grower) growTree(ctx context.Context, l *level, seed uint64) *growth {
	weight := sumRows(l.stat, l.rows).w
	out := newGrowth(g.set.values(), weight*g.set.unit, g.room)
	root := item{to: int32(len(l.rows)), seed: seed}
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
func (g *grower) fork(ctx context.Context, l *level, it item, out *growth) bool {
	select {
	case other := <-g.pool.free:
		part := newGrowth(out.size, out.weight, 2)
		part.done = make(chan struct{})
		out.forks = append(out.forks, fork{it.node, part})
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

// hugeNode is how many rows a node has for which its columns are searched on
// several processors: with fewer, its subtrees soon are.
const hugeNode = 1 << 16

// look is a column that a huge node looks at, and what was seen.
type look struct {
	feature  int
	u        uint64
	split    split
	constant bool
}

// searchTogether is the rest of search for a huge node: all columns that are
// drawn in any case are looked at together, and compared in their order.
func (g *grower) searchTogether(l *level, rows []uint32, total moment) (best split, ok bool) {
	best.gain = noSplit
	for {
		var looks []look
		for f, u, more := g.draw.nextIf(false); more; f, u, more = g.draw.nextIf(false) {
			looks = append(looks, look{feature: f, u: u})
		}
		if len(looks) == 0 {
			f, u, more := g.draw.next()
			if !more {
				return best, best.gain > noSplit
			}
			looks = append(looks, look{feature: f, u: u})
		}
		g.evaluateTogether(l, looks, rows, total)
		for _, k := range looks {
			g.draw.judge(k.feature, k.constant)
			if k.split.gain > best.gain {
				best = k.split
			}
		}
	}
}

// evaluateTogether looks at the columns, with the help of growers that are free.
func (g *grower) evaluateTogether(l *level, looks []look, rows []uint32, total moment) {
	var next atomic.Int64
	work := func(by *grower) {
		by.tallied = false
		for i := int(next.Add(1)) - 1; i < len(looks); i = int(next.Add(1)) - 1 {
			k := &looks[i]
			k.split.gain = noSplit
			k.constant = by.evaluate(l, k.feature, k.u, rows, total, &k.split)
		}
	}
	var helpers sync.WaitGroup
	for range len(looks) - 1 {
		select {
		case other := <-g.pool.free:
			helpers.Go(func() {
				work(other)
				g.pool.free <- other
			})
		default:
		}
	}
	work(g)
	helpers.Wait()
}
