package boost

import "math"

// totals are the sums over the rows of a node, gradients and hessians in
// units. If the hessian is constant, it equals the rows.
type totals struct {
	gradient, hessian, rows int64
}

func (t totals) plus(o totals) totals {
	return totals{t.gradient + o.gradient, t.hessian + o.hessian, t.rows + o.rows}
}

func (t totals) minus(o totals) totals {
	return totals{t.gradient - o.gradient, t.hessian - o.hessian, t.rows - o.rows}
}

// bounds is the interval that monotone constraints leave to the values of a
// node and of all below it, in units.
type bounds struct{ lower, upper float64 }

var unbounded = bounds{math.Inf(-1), math.Inf(1)}

// choice is the best split of a node among some features.
type choice struct {
	gain  float64 // in units; 0 if no split is worth it
	slot  int     // the feature is binned.used[slot]
	left  totals
	bin   int         // numbers: codes up to bin go left
	codes *[256]uint8 // categories: 1 for codes that go left, missing ones too

	missingLeft bool
}

// splitRules are the settings that decide on a split, in the units of
// gradients and hessians of one tree, so that sums are used as they are.
type splitRules struct {
	l1, l2     float64
	minRows    int64   // in each child
	minHessian float64 // in each child
	minGain    float64
	catSmooth  float64 // rows that a category needs
	catPull    float64 // catSmooth in units of hessian, added to that of a category
	monotone   []int8  // by feature; nil for none
}

// threshold takes the soft threshold of a sum of gradients.
func (r *splitRules) threshold(g float64) float64 {
	switch {
	case r.l1 == 0:
		return g
	case g > r.l1:
		return g - r.l1
	case g < -r.l1:
		return g + r.l1
	}
	return 0
}

// value returns the value of a leaf, in units: the minimum of
// gv + ½(h + l2)v² + l1|v| in the interval.
func (r *splitRules) value(g, h float64, b bounds) float64 {
	if h+r.l2 <= 0 {
		return min(max(0, b.lower), b.upper)
	}
	return min(max(-r.threshold(g)/(h+r.l2), b.lower), b.upper)
}

// score returns twice what a leaf of that value takes from the loss.
func (r *splitRules) score(g, h, value float64) float64 {
	return -(float64(2*r.threshold(g)*value) + float64((h+r.l2)*value*value))
}

// candidate is a node and a feature to split it by.
type candidate struct {
	*splitRules
	total totals
	bounds
	sign     int8 // monotone constraint of the feature
	bins     *bins
	sums     *cells       // of gradients, or packed
	counts   *[256]uint32 // nil if packed
	hessians *cells       // nil if constant
	base     float64      // score of the node unsplit, and what a split must gain
	best     choice
}

// at returns the sums of a bin.
func (c *candidate) at(bin int) totals {
	t := totals{gradient: c.sums[bin]}
	if c.counts == nil {
		t.gradient, t.rows = unpack(t.gradient)
	} else {
		t.rows = int64(c.counts[bin])
	}
	t.hessian = t.rows
	if c.hessians != nil {
		t.hessian = c.hessians[bin]
	}
	return t
}

// take makes a split the best one so far.
func (c *candidate) take(gain float64, bin int, left totals) {
	c.best.gain, c.best.bin, c.best.left = gain, bin, left
}

// findNumber finds the best threshold, the lowest on a tie. Missing values are
// tried on both sides if the node has any; otherwise they are to go where more
// rows go.
func (c *candidate) findNumber() {
	last := c.bins.count() - 1
	missing := c.at(missingCode)
	if missing.rows == 0 {
		c.scan(totals{}, last-1)
		c.best.missingLeft = 2*c.best.left.rows > c.total.rows
		return
	}
	c.scan(totals{}, last) // at the last bin it is missing against the rest
	before := c.best.gain
	c.scan(missing, last-1)
	c.best.missingLeft = c.best.gain > before
}

// scan tries every bin up to last as the last one that goes left, with the
// given sums on the left to start with.
func (c *candidate) scan(start totals, last int) {
	switch {
	case float64(c.total.hessian)+c.l2 <= 0: // rows without weight
	case c.l1 != 0 || c.monotone != nil || c.counts != nil:
		c.scanAny(start, last)
	case c.hessians == nil:
		c.scanRows(start, last)
	default:
		c.scanHessians(start, last)
	}
}

// scanAny is scan for every setting.
func (c *candidate) scanAny(start totals, last int) {
	left := start
	for b := range last + 1 {
		left = left.plus(c.at(b))
		if gain := c.gain(left); gain > c.best.gain {
			c.take(gain, b, left)
		}
	}
}

// gain returns what a split gains beyond what it must, or 0 if the settings
// don't allow it.
func (c *candidate) gain(left totals) float64 {
	right := c.total.minus(left)
	gl, hl := float64(left.gradient), float64(left.hessian)
	gr, hr := float64(right.gradient), float64(right.hessian)
	if min(left.rows, right.rows) < c.minRows || min(hl, hr) < c.minHessian {
		return 0
	}
	vl, vr := c.value(gl, hl, c.bounds), c.value(gr, hr, c.bounds)
	if c.sign > 0 && vl > vr || c.sign < 0 && vl < vr {
		return 0
	}
	return c.score(gl, hl, vl) + c.score(gr, hr, vr) - c.base
}

// Note: the two scans below do the same for the common settings and packed
// histograms, in about a nanosecond a bin; with more rows, adding these up takes
// far longer than any scan. With x and y the hessians of the sides plus l2, the
// score of a split is
//
//	gl²/x + gr²/y = g²/(x+y) + (x+y) (gl - x g/(x+y))² / xy,
//
// of which only the last fraction depends on the bin. It is kept as two
// numbers, so that only a bin that is the best so far costs a division.

// fraction is the scan's part of a split's score that is to be exceeded, above
// and below the line, and where it was.
type fraction struct {
	above, below float64
	bin          int // -1 if nowhere yet
	sum, hessian int64

	whole, static float64 // x+y and g²/(x+y)
}

func (c *candidate) fraction(h float64) fraction {
	g, whole := float64(c.total.gradient), h+2*c.l2
	static := g * g / whole
	return fraction{above: max(0, c.base+c.best.gain-static) / whole, below: 1, bin: -1, whole: whole, static: static}
}

// keep takes over the best bin of a scan, if there is one.
func (c *candidate) keep(f fraction) {
	if f.bin < 0 {
		return
	}
	gain := f.static + f.whole*f.above/f.below - c.base
	if gain > c.best.gain {
		c.take(gain, f.bin, totals{f.sum >> packedShift, f.hessian, f.sum & packedMask})
	}
}

// scanRows is scan with a constant hessian and no constraint on values.
func (c *candidate) scanRows(start totals, last int) {
	l2 := c.l2
	minRows := max(c.minRows, int64(math.Ceil(c.minHessian)))
	maxRows := c.total.rows - minRows
	f := c.fraction(float64(c.total.rows))
	mean := float64(c.total.gradient) / f.whole
	sum := start.gradient<<packedShift + start.rows
	for b, s := range c.sums[:last+1] {
		sum += s
		rows := sum & packedMask
		if rows < minRows {
			continue
		}
		if rows > maxRows {
			break
		}
		x := float64(rows) + l2
		d := float64(sum>>packedShift) - float64(mean*x)
		above, below := d*d, x*(f.whole-x)
		if above*f.below > f.above*below {
			f.above, f.below, f.bin, f.sum, f.hessian = above, below, b, sum, rows
		}
	}
	c.keep(f)
}

// scanHessians is scanRows with a hessian that varies.
func (c *candidate) scanHessians(start totals, last int) {
	hessians, l2 := c.hessians, c.l2
	minRows, maxRows := c.minRows, c.total.rows-c.minRows
	minHessian, maxHessian := c.minHessian, float64(c.total.hessian)-c.minHessian
	f := c.fraction(float64(c.total.hessian))
	mean := float64(c.total.gradient) / f.whole
	sum, hessian := start.gradient<<packedShift+start.rows, start.hessian
	for b, s := range c.sums[:last+1] {
		sum += s
		hessian += hessians[b]
		rows, h := sum&packedMask, float64(hessian)
		if rows < minRows || h < minHessian {
			continue
		}
		if rows > maxRows || h > maxHessian {
			break
		}
		x := h + l2
		d := float64(sum>>packedShift) - float64(mean*x)
		above, below := d*d, x*(f.whole-x)
		if above*f.below > f.above*below {
			f.above, f.below, f.bin, f.sum, f.hessian = above, below, b, sum, hessian
		}
	}
	c.keep(f)
}
