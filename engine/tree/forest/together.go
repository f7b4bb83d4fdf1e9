package forest

import (
	"sync"
	"sync/atomic"
)

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
