package forest

import "math"

// classTally is the tally of a criterion over classes. The rows of a code
// hang together in a chain, so that a row costs the same for any number of
// classes: sums over classes change by one term when a row changes sides.
//
// With l and r the weights of the classes left and right, Gini maximises
// Σl²/L + Σr²/R and entropy Σ l·log l − L·log L + Σ r·log r − R·log R, where L
// and R are the weights of the sides.
type classTally struct {
	entropy bool
	level   *level
	rows    []uint32
	heads   []uint32 // by code: 1 + the first row of the chain; 0 ends a chain
	next    []uint32 // by row: 1 + the next
	counts  []uint32 // rows by code

	total       []float64 // weight of each class in the node
	left, right []float64
	weight      float64
	whole       float64 // the criterion with all rows on one side
	logs        []float64
}

func (t *classTally) start(l *level, rows []uint32, _ moment) {
	t.level, t.rows = l, rows
	clear(t.total)
	t.weight = 0
	for _, r := range rows {
		t.total[l.class[r]] += l.stat[r].w
		t.weight += l.stat[r].w
	}
	t.whole = t.score(t.sum(t.total), t.weight)
}

func (t *classTally) add(c *column, words []uint64, list []uint32) []uint32 {
	switch {
	case len(c.u8) > 0:
		chain(c.u8, t.rows, words, t)
	case len(c.u16) > 0:
		chain(c.u16, t.rows, words, t)
	default:
		chain(c.u32, t.rows, words, t)
	}
	return unpack(words, list)
}

func chain[C code](codes []C, rows []uint32, words []uint64, t *classTally) {
	for _, r := range rows {
		c := codes[r]
		words[c>>6] |= 1 << (c & 63)
		t.next[r], t.heads[c] = t.heads[c], r+1
		t.counts[c]++
	}
}

func (t *classTally) mean(code uint32) float64 {
	var m moment
	for r := t.heads[code]; r != 0; r = t.next[r-1] {
		w := t.level.stat[r-1].w
		m.wy += w * t.level.y[r-1]
		m.w += w
	}
	return m.wy / m.w
}

// sides is what is known of a division of the node.
type sides struct {
	weight   float64 // on the left
	leftSum  float64 // of the terms of the classes on the left
	rightSum float64
	rows     int // on the left
}

// move takes the rows of a code from the right to the left.
func (t *classTally) move(code uint32, s sides) sides {
	class, stat := t.level.class, t.level.stat
	s.rows += int(t.counts[code])
	for r := t.heads[code]; r != 0; r = t.next[r-1] {
		k, w := class[r-1], stat[r-1].w
		l, m := t.left[k], t.right[k]
		if t.entropy {
			s.leftSum += t.xlogx(l+w) - t.xlogx(l)
			s.rightSum += t.xlogx(m-w) - t.xlogx(m)
		} else {
			s.leftSum += w * (w + 2*l)
			s.rightSum += w * (w - 2*m)
		}
		t.left[k], t.right[k] = l+w, m-w
		s.weight += w
	}
	return s
}

func (t *classTally) best(list []uint32, also uint32, minLeaf int) prefix {
	clear(t.left)
	copy(t.right, t.total)
	s := sides{rightSum: t.sum(t.total)}
	if also != noCode {
		s = t.move(also, s)
	}
	best := prefix{gain: noSplit}
	for i, code := range list {
		s = t.move(code, s)
		if s.rows < minLeaf || len(t.rows)-s.rows < minLeaf || !(s.weight < t.weight) {
			continue
		}
		gain := t.score(s.leftSum, s.weight) + t.score(s.rightSum, t.weight-s.weight)
		if gain > best.gain {
			best = prefix{gain, i + 1}
		}
	}
	best.gain -= t.whole
	return best
}

// sum adds up the terms of the classes of a side.
func (t *classTally) sum(classes []float64) (sum float64) {
	for _, w := range classes {
		if t.entropy {
			sum += t.xlogx(w)
		} else {
			sum += w * w
		}
	}
	return sum
}

// score is the criterion of a side from its sum and its weight.
func (t *classTally) score(sum, weight float64) float64 {
	if !t.entropy {
		return sum / weight
	}
	return sum - t.xlogx(weight)
}

// xlogx is from a table for whole numbers, which weights are that count draws.
func (t *classTally) xlogx(w float64) float64 {
	if i := int(w); float64(i) == w && uint(i) < uint(len(t.logs)) {
		return t.logs[i]
	}
	if w <= 0 { // less than 0 is what rounding leaves of a class that went left
		return 0
	}
	return w * math.Log2(w)
}

func (t *classTally) drop(list []uint32) {
	for _, code := range list {
		t.heads[code], t.counts[code] = 0, 0
	}
}

func (t *classTally) gain(l *level, c *column, most, shift uint64) (gain float64, n int) {
	clear(t.left)
	left := 0.0
	for _, r := range t.rows {
		if c.key[r]+shift <= most {
			t.left[l.class[r]] += l.stat[r].w
			left += l.stat[r].w
			n++
		}
	}
	for k, w := range t.total {
		t.right[k] = w - t.left[k]
	}
	return t.score(t.sum(t.left), left) + t.score(t.sum(t.right), t.weight-left) - t.whole, n
}

func newClassTally(s *trainingSet, rows, card int) *classTally {
	t := &classTally{
		entropy: s.criterion == entropy,
		heads:   make([]uint32, card), counts: make([]uint32, card), next: make([]uint32, rows),
		total: make([]float64, s.classes), left: make([]float64, s.classes), right: make([]float64, s.classes),
	}
	if t.entropy {
		t.logs = make([]float64, min(rows+1, 4096))
		for i := 1; i < len(t.logs); i++ {
			t.logs[i] = float64(i) * math.Log2(float64(i))
		}
	}
	return t
}
