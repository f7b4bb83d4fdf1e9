package boost

import "math"

// Gradients and hessians become whole multiples of a unit, since integers add
// up to the same in any order, however the rows were shared out. There are two
// units of gradient. Splits are found by coarse ones: the largest gradient is
// 2^30 of them at any number of rows. Leaves get their values from fine ones,
// 2^16 to a coarse one.
//
// A target of at least 0 is at most n times its mean, and so, nearly, are the
// gradients. With 2^46 fine units to the largest, rounding moves the mean
// prediction by at most n/2^46 of the mean target: 1 in 65,000 for 2^30 rows,
// whatever the skew. With coarse units alone it could be all of it.
//
// Note: LightGBM's quantised training (Shi et al., "Quantized training of
// gradient boosting decision trees", NeurIPS 2022) has 2 to 5 bits for splits,
// rounds at random so that small gradients count on average, and renews the
// leaves by the unrounded ones. With 30 bits there is nothing to round at
// random, which would make the result depend on the order of the rows.
const (
	rowBits    = 16                          // of a member: its row in the block
	memberBits = 62                          // of a member, without the sign
	fineTop    = 1 << (memberBits - rowBits) // the largest gradient and hessian in fine units
	hessianTop = 1 << 30                     // the largest hessian in units: sums over 2^32 rows fit
)

// Tests make these small.
var (
	coarseBits = 30        // of the largest gradient in a histogram
	packedRows = 1<<16 - 1 // in a packed histogram
	chunkLimit = chunkRows // rows added at a time
)

// units says what a tree's whole numbers are worth.
type units struct {
	drop              uint    // bits of a member below one coarse unit
	gradient, hessian float64 // of the loss, to one coarse unit
	fine              float64 // fine units in 1
}

// member is a row of a block with its gradient, in one word: fine units
// times 2^16, plus the number of the row in its block.
type member int64

func (m member) row() int            { return int(uint16(m)) }
func (m member) fine() int64         { return int64(m) >> rowBits }
func (m member) with(g int64) member { return member(g<<rowBits | int64(uint16(m))) }

// coarse returns the nearest whole number of coarse units. The row is below
// half a fine unit, so it does not matter.
func (m member) coarse(drop uint) int64 { return (int64(m) + 1<<(drop-1)) >> drop }

// nearest returns the whole number nearest to |x| < 2^51, the even one of two.
func nearest(x float64) int64 {
	const magic = 3 << 51 // its last bit is worth 1
	return int64(math.Float64bits(x+magic) - math.Float64bits(magic))
}

// whole is an exact sum of up to 2^31 integers of 63 bits.
type whole struct{ high, low int64 }

func (s *whole) add(v int64) {
	s.high += v >> 32
	s.low += v & (1<<32 - 1)
}

func (s *whole) include(o whole) {
	s.high += o.high
	s.low += o.low
}

// float depends on the sum alone, not on how it came about.
func (s whole) float() float64 {
	high, low := s.high+s.low>>32, s.low&(1<<32-1)
	return float64(float64(high)*(1<<32)) + float64(low)
}
