package kmeans

import "math"

// clustering is Lloyd's k-means on n points of p coordinates, with Hamerly's
// bounds (Making k-means even faster, SDM 2010): they skip the points that
// can't change hands and leave the result as it is. Steps, stopping rules and
// empty clusters follow scikit-learn's KMeans.
type clustering struct {
	x       []float64 // n × p, row after row
	p       int
	w       []float64 // weights of the points, or nil for all ones
	centers []float64 // k × p

	labels []int32   // of the nearest center, the first of several
	upper  []float64 // at least the distance to the own center
	lower  []float64 // at most the distance to any other center
}

// slack keeps rounding in the bounds from deciding which center is nearest.
const slack = 1 + 1e-9

func newClustering(x []float64, p int, w, centers []float64) *clustering {
	n := len(x) / p
	c := &clustering{
		x: x, p: p, w: w, centers: centers,
		labels: make([]int32, n), upper: make([]float64, n), lower: make([]float64, n),
	}
	for i := range c.labels {
		c.labels[i] = -1
	}
	return c
}

// run moves the centers until no point changes hands, their squared shifts add
// up to tol at most, or maxIter steps are done. It returns the weighted sum of
// the squared distances to the nearest center.
func (c *clustering) run(maxIter int, tol float64) (inertia float64) {
	settled := false
	for range maxIter {
		changed := c.assign()
		shift := c.update()
		if settled = !changed; settled || shift <= tol {
			break
		}
	}
	if !settled {
		c.assign()
	}
	for i, label := range c.labels {
		inertia += float64(c.weight(i) * squaredDistance(c.point(i), c.center(int(label))))
	}
	return inertia
}

func (c *clustering) point(i int) []float64  { return c.x[i*c.p : (i+1)*c.p] }
func (c *clustering) center(k int) []float64 { return c.centers[k*c.p : (k+1)*c.p] }
func (c *clustering) size() int              { return len(c.centers) / c.p }

func (c *clustering) weight(i int) float64 {
	if c.w == nil {
		return 1
	}
	return c.w[i]
}

// assign gives each point to its nearest center and tells whether any changed.
func (c *clustering) assign() (changed bool) {
	half := c.halfGaps()
	for i, label := range c.labels {
		if label >= 0 {
			bound := max(half[label], c.lower[i])
			if c.upper[i]*slack < bound {
				continue
			}
			c.upper[i] = math.Sqrt(squaredDistance(c.point(i), c.center(int(label))))
			if c.upper[i]*slack < bound {
				continue
			}
		}
		nearest, first, second := c.nearest(i)
		c.upper[i], c.lower[i] = math.Sqrt(first), math.Sqrt(second)
		if nearest != label {
			c.labels[i] = nearest
			changed = true
		}
	}
	return changed
}

// halfGaps returns for each center half the distance to the next one.
func (c *clustering) halfGaps() []float64 {
	k := c.size()
	half := make([]float64, k)
	for a := range k {
		gap := math.Inf(1)
		for b := range k {
			if a != b {
				gap = min(gap, squaredDistance(c.center(a), c.center(b)))
			}
		}
		half[a] = math.Sqrt(gap) / 2
	}
	return half
}

// nearest returns the center nearest to point i, and the squares of the
// distances to it and to the next.
func (c *clustering) nearest(i int) (label int32, first, second float64) {
	first, second = math.Inf(1), math.Inf(1)
	if c.p == 2 { // places on a map
		x, y := c.x[2*i], c.x[2*i+1]
		for k := 0; 2*k+1 < len(c.centers); k++ {
			dx, dy := x-c.centers[2*k], y-c.centers[2*k+1]
			d := float64(dx*dx) + float64(dy*dy)
			if d < first {
				label, first, second = int32(k), d, first
			} else if d < second {
				second = d
			}
		}
		return label, first, second
	}
	for k := range c.size() {
		d := squaredDistance(c.point(i), c.center(k))
		if d < first {
			label, first, second = int32(k), d, first
		} else if d < second {
			second = d
		}
	}
	return label, first, second
}

// update moves each center to the mean of its points and returns the sum of the
// squared moves.
func (c *clustering) update() float64 {
	sums, weights := make([]float64, len(c.centers)), make([]float64, c.size())
	for i, label := range c.labels {
		w, sum := c.weight(i), sums[int(label)*c.p:]
		weights[label] += w
		for j, v := range c.point(i) {
			sum[j] += float64(w * v)
		}
	}
	c.fillEmpty(sums, weights)
	average(sums, weights, c.p)
	return c.moveTo(sums)
}

// settle is update for points of equal weight, where a center without any stays.
//
// Note: it adds up shares of the mean and update a sum, which can differ in the last
// bit; the groups of a split by places stay as they were drawn with the shares.
func (c *clustering) settle() {
	count := make([]float64, c.size())
	for _, label := range c.labels {
		count[label]++
	}
	means := make([]float64, len(c.centers))
	for k, n := range count {
		if n == 0 {
			copy(means[k*c.p:(k+1)*c.p], c.center(k))
		}
	}
	for i, label := range c.labels {
		for j, v := range c.point(i) {
			means[int(label)*c.p+j] += v / count[label]
		}
	}
	c.moveTo(means)
}

// moveTo moves the centers, loosens the bounds and returns the sum of the squared
// moves.
func (c *clustering) moveTo(centers []float64) float64 {
	moves, total := make([]float64, c.size()), 0.0
	for a := range moves {
		square := squaredDistance(c.center(a), centers[a*c.p:(a+1)*c.p])
		moves[a] = math.Sqrt(square)
		total += square
	}
	copy(c.centers, centers)
	c.loosen(moves)
	return total
}

// loosen adds to the bounds how far the centers may have come nearer or gone.
func (c *clustering) loosen(moves []float64) {
	farthest, next := 0, 0.0 // the longest move, and the longest of the others
	for a, m := range moves {
		if m > moves[farthest] {
			next, farthest = moves[farthest], a
		} else if a != farthest {
			next = max(next, m)
		}
	}
	for i, label := range c.labels {
		c.upper[i] += moves[label]
		if int(label) == farthest {
			c.lower[i] -= next
		} else {
			c.lower[i] -= moves[farthest]
		}
	}
}

// fillEmpty gives each cluster without points the one that is farthest from
// its center, taken from its cluster.
func (c *clustering) fillEmpty(sums, weights []float64) {
	taken := map[int]bool{}
	for a, w := range weights {
		if w != 0 {
			continue
		}
		far, farthest := -1, 0.0
		for i, label := range c.labels {
			if d := squaredDistance(c.point(i), c.center(int(label))); d > farthest && !taken[i] {
				far, farthest = i, d
			}
		}
		if far < 0 {
			return
		}
		taken[far] = true
		from, w := int(c.labels[far]), c.weight(far)
		weights[from] -= w
		weights[a] = w
		for j, v := range c.point(far) {
			sums[from*c.p+j] -= w * v
			sums[a*c.p+j] = w * v
		}
	}
}

// average divides sums by weights; a cluster that is still empty goes where
// the heaviest one is.
func average(sums, weights []float64, p int) {
	heaviest := 0
	for a, w := range weights {
		if w > weights[heaviest] {
			heaviest = a
		}
	}
	for a, w := range weights {
		for j := range p {
			if w > 0 {
				sums[a*p+j] /= w
			}
		}
	}
	for a, w := range weights {
		if w <= 0 {
			copy(sums[a*p:(a+1)*p], sums[heaviest*p:(heaviest+1)*p])
		}
	}
}

// squaredDistance is that of two points. The products are not fused with the
// sum, so it is the same on every machine.
func squaredDistance(a, b []float64) float64 {
	d := 0.0
	for j, v := range a {
		v -= b[j]
		d += float64(v * v)
	}
	return d
}
