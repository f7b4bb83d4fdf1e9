package forest

// mix scrambles 64 bits so that neighbouring numbers give unrelated ones: the
// finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func splitMix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// draw picks the features that a node looks at, as scikit-learn does: as many
// as are wanted, without replacement, and more while all of them turned out
// constant. A feature found constant is so below, too, where it still counts
// as drawn but costs nothing.
//
// Each node has random numbers of its own, from its place in the tree, so that
// parts of a tree can grow at the same time.
type draw struct {
	all, features []int32
	want          int
	random        bool     // next is asked for random bits
	constant      []uint64 // bits by feature, one row a depth

	row     []uint64 // the node's row of constant
	left    int      // features not drawn yet
	visited int
	varying int // drawn and not constant
	state   uint64
}

func (d *draw) init(features, want int, random bool) {
	d.all, d.features = make([]int32, features), make([]int32, features)
	d.want, d.random = want, random
	for f := range d.all {
		d.all[f] = int32(f)
	}
	copy(d.features, d.all)
	d.constant = make([]uint64, wordsFor(features))
}

// start begins the draws of an item, whose constant features stand in the row
// of its depth, and copies that row to the next depth for its children.
func (d *draw) start(it item) {
	k, depth := wordsFor(len(d.all)), int(it.depth)
	for len(d.constant) < (depth+2)*k {
		d.constant = append(d.constant, 0)
	}
	copy(d.constant[(depth+1)*k:], d.constant[depth*k:(depth+1)*k])
	d.row = d.constant[(depth+1)*k : (depth+2)*k]
	d.left, d.visited, d.varying, d.state = len(d.all), 0, 0, it.seed
	if d.want < len(d.all) {
		copy(d.features, d.all)
	}
}

// forget drops what is known of an item's constant features, for a tree that
// does not grow depth first, where another node of that depth may have written
// the row. They are found again.
func (d *draw) forget(it item) {
	k, depth := wordsFor(len(d.all)), int(it.depth)
	for len(d.constant) < (depth+1)*k {
		d.constant = append(d.constant, 0)
	}
	clear(d.constant[depth*k : (depth+1)*k])
}

// next returns the next feature to look at, and 64 random bits for it. Where
// all are wanted, they come in their order, and ties go to the first.
func (d *draw) next() (feature int, u uint64, ok bool) {
	return d.nextIf(d.varying == 0)
}

// nextIf is next, but draws more than are wanted only if it is told to.
func (d *draw) nextIf(more bool) (feature int, u uint64, ok bool) {
	for d.left > 0 && (d.visited < d.want || more) {
		f := d.pick()
		d.visited++
		if d.row[f>>6]>>(f&63)&1 == 0 {
			if d.random {
				u = d.next64()
			}
			return f, u, true
		}
	}
	return 0, 0, false
}

func (d *draw) pick() int {
	d.left--
	if d.want >= len(d.all) {
		return len(d.all) - 1 - d.left
	}
	i := d.below(d.left + 1)
	f := d.features[i]
	d.features[i] = d.features[d.left]
	return int(f)
}

// judge says whether the feature last returned is constant in the node.
func (d *draw) judge(feature int, constant bool) {
	if constant {
		d.row[feature>>6] |= 1 << (feature & 63)
	} else {
		d.varying++
	}
}

func (d *draw) next64() uint64 {
	d.state += 0x9e3779b97f4a7c15
	return splitMix(d.state)
}

// below returns a number from 0 to n-1, n < 2³¹. Its bias is below n / 2³².
func (d *draw) below(n int) int { return int(d.next64() >> 32 * uint64(n) >> 32) }

// inherit takes over what another draw knows of an item's constant features.
func (d *draw) inherit(from *draw, it item) {
	k, depth := wordsFor(len(d.all)), int(it.depth)
	for len(d.constant) < (depth+1)*k {
		d.constant = append(d.constant, 0)
	}
	copy(d.constant[depth*k:(depth+1)*k], from.constant[depth*k:(depth+1)*k])
}
