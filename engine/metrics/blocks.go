package metrics

import (
	"cmp"
	"math"

	"example.com/engine/rank"
)

// Blocks of time are three times as long as Politis and White's, as far as that leaves
// LeastUnits, and never more than 40. Shorter blocks told too little of what one owes to
// the block before: see TestClaimIntervalsInTime. Where rows owe so much to those before
// that even Politis and White's length leaves fewer, a handful of long blocks tell more
// truly than many short ones, as Student's t allows for their number.
const (
	widening    = 3
	mostBlocks  = 40
	leastBlocks = 6
)

// blocks cuts the rows into blocks of time, so long that what the metric makes of one
// hardly depends on the one before. The length is a multiple of that of Politis and White
// (2004, "Automatic block-length selection for the dependent bootstrap"), which balances
// the bias of short blocks with the noise of few; an interval wants less bias, and allows
// for there being few blocks (Bester, Conley and Hansen 2011, "Inference with dependent
// data using cluster covariance estimators").
func blocks(d Data, score Scorer) units {
	u := units{kind: "blocks of time", base: d.W, rows: len(d.Y), least: LeastUnits}
	u.of, u.count = segments(d.Time, mostParts)
	length, most := blockLength(u.leaveOut(score, 0)), u.count/LeastUnits
	if length <= most {
		length = max(min(widening*length, most), (u.count+mostBlocks-1)/mostBlocks)
	} else if u.count >= 2*LeastUnits {
		length, u.least = min(length, u.count/leastBlocks), leastBlocks-1 // the last block may be longer
	}
	count := max(1, u.count/length)
	for i, s := range u.of {
		u.of[i] = min(s/length, count-1) // the last takes the rest
	}
	u.count = count
	return u
}

// segments numbers stretches of time from 0, as many as most at the most, of like
// numbers of rows as far as rows of one moment, which stay together, allow.
func segments(time []int64, most int) (of []int, count int) {
	order := rank.Order(len(time), func(a, b int) int { return cmp.Compare(time[a], time[b]) })
	of = make([]int, len(time))
	most = min(most, len(time))
	for k, i := range order {
		// A segment ends where its share of the rows is reached, at the next moment.
		if k > 0 && time[i] != time[order[k-1]] && k*most >= (count+1)*len(time) {
			count++
		}
		of[i] = count
	}
	return of, count + 1
}

// blockLength is Politis and White's length of a block for the mean of a series, if
// blocks do not overlap.
func blockLength(v []float64) int {
	n, r := len(v), autocovariance(v)
	if n < 2 || !(r(0) > 0) {
		return 1
	}
	size := math.Log10(float64(n))
	limit, run := 2*math.Sqrt(size/float64(n))*r(0), max(5, int(math.Ceil(math.Sqrt(size))))
	window, small := 0, 0 // the last lag before as many that are negligible
	for lag := 1; lag < n/2 && small < run; lag++ {
		if math.Abs(r(lag)) < limit {
			small++
		} else {
			small, window = 0, lag
		}
	}
	sum, moment := r(0), 0.0
	for lag := 1; lag <= min(2*window, n-1); lag++ {
		taper := 2 * min(1, 2-float64(lag)/float64(window))
		sum += float64(taper * r(lag))
		moment += float64(taper * float64(lag) * r(lag))
	}
	ratio := moment / max(sum, 0.1*r(0))
	return max(1, int(math.Ceil(math.Cbrt(ratio*ratio*float64(n)))))
}

// autocovariance returns the covariance of the series with itself at a lag.
func autocovariance(v []float64) func(lag int) float64 {
	mean := weighted(v, nil)
	return func(lag int) float64 {
		sum := 0.0
		for i := lag; i < len(v); i++ {
			sum += (v[i] - mean) * (v[i-lag] - mean)
		}
		return sum / float64(len(v))
	}
}
