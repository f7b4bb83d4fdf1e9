package neighbors

import "math"

// grow orders the points into a tree whose leaves have at most leafRows rows.
func (b *Index) grow() {
	nodes := 0
	for leaf := len(b.Rows); leaf > leafRows; leaf = (leaf + 1) / 2 {
		nodes = 2*nodes + 1
	}
	b.Dims, b.Splits = make([]int32, nodes), make([]float64, nodes)
	b.part(0, 0, len(b.Rows))
}

// part cuts the rows of a node in the middle along its widest column.
func (b *Index) part(node, from, to int) {
	if node >= len(b.Splits) {
		return
	}
	dim := b.widest(from, to)
	mid := (from + to) / 2
	b.order(from, to, mid, dim)
	b.Dims[node], b.Splits[node] = int32(dim), b.at(mid, dim)
	b.part(2*node+1, from, mid)
	b.part(2*node+2, mid, to)
}

func (b *Index) at(i, dim int) float64 { return b.Points[i*b.Columns+dim] }

// widest returns the column of the largest range, the first among equals.
func (b *Index) widest(from, to int) int {
	best, most := 0, -1.0
	for dim := range b.Columns {
		low, high := math.Inf(1), math.Inf(-1)
		for i := from; i < to; i++ {
			low, high = min(low, b.at(i, dim)), max(high, b.at(i, dim))
		}
		if high-low > most {
			best, most = dim, high-low
		}
	}
	return best
}

// order moves points until those before mid are at most, and those after it at
// least, the one at mid: Hoare's selection with the median of three.
func (b *Index) order(from, to, mid, dim int) {
	for low, high := from, to-1; low < high; {
		pivot := median(b.at(low, dim), b.at((low+high)/2, dim), b.at(high, dim))
		i, j := low, high
		for i <= j {
			for b.at(i, dim) < pivot {
				i++
			}
			for b.at(j, dim) > pivot {
				j--
			}
			if i <= j {
				b.swap(i, j)
				i++
				j--
			}
		}
		switch {
		case mid <= j:
			high = j
		case mid >= i:
			low = i
		default:
			return
		}
	}
}

func median(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }

func (b *Index) swap(i, j int) {
	p := b.Columns
	one, two := b.Points[i*p:(i+1)*p], b.Points[j*p:(j+1)*p]
	for k := range one {
		one[k], two[k] = two[k], one[k]
	}
	b.Rows[i], b.Rows[j] = b.Rows[j], b.Rows[i]
}
