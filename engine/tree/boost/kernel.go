package boost

import "math/bits"

// add adds a word of each row to the bins that its codes name; they are wide or
// narrow as the octet is.
func (o *octet) add(h *octetCells, wide []uint64, narrow []uint32, words *[chunkRows]int64) {
	switch {
	case 4*bits.OnesCount8(o.drawn) < 3*o.width:
		for drawn := o.drawn; drawn != 0; drawn &= drawn - 1 {
			k := bits.TrailingZeros8(drawn)
			addOne(&h[k], wide, 8*k, words)
			addOne(&h[k], narrow, 8*k, words)
		}
	case o.width > 4:
		addEight(h, wide, words)
	case o.width > 2:
		addFour(h, narrow, words)
	default:
		addTwo(h, narrow, words)
	}
}

// Note: the loops below are the hot ones of training. With constant indices
// of features they compile without bounds checks on the histograms, at half a
// nanosecond a cell.

func addEight(h *octetCells, codes []uint64, words *[chunkRows]int64) {
	w := words[:len(codes)]
	for j, c := range codes {
		g := w[j]
		h[0][uint8(c)] += g
		h[1][uint8(c>>8)] += g
		h[2][uint8(c>>16)] += g
		h[3][uint8(c>>24)] += g
		h[4][uint8(c>>32)] += g
		h[5][uint8(c>>40)] += g
		h[6][uint8(c>>48)] += g
		h[7][uint8(c>>56)] += g
	}
}

func addFour(h *octetCells, codes []uint32, words *[chunkRows]int64) {
	w := words[:len(codes)]
	for j, c := range codes {
		g := w[j]
		h[0][uint8(c)] += g
		h[1][uint8(c>>8)] += g
		h[2][uint8(c>>16)] += g
		h[3][uint8(c>>24)] += g
	}
}

func addTwo(h *octetCells, codes []uint32, words *[chunkRows]int64) {
	w := words[:len(codes)]
	for j, c := range codes {
		g := w[j]
		h[0][uint8(c)] += g
		h[1][uint8(c>>8)] += g
	}
}

func addOne[W uint32 | uint64](h *cells, codes []W, shift int, words *[chunkRows]int64) {
	w, shift := words[:len(codes)], shift&63
	for j, c := range codes {
		h[uint8(c>>shift)] += w[j]
	}
}
