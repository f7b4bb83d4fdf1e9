package boost

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// binSample is how many rows the quantiles of a column are taken from.
const binSample = 200_000

// octetWidth is how many features share a word of codes.
const octetWidth = 8

// binned holds training rows as codes of one byte a cell.
//
// Eight features share a word for each row, so that a histogram kernel fetches
// a row's codes and gradient once for eight cells, and the eight histograms
// fit the first-level cache. Features of one bin are left out: no split uses
// them.
type binned struct {
	n      int
	bins   []bins // of all features
	used   []int  // the features that can be split, in order
	octets []octet
}

// octet is the codes of eight used features, or fewer at the end: byte k of
// word i is the code of feature k in row i. The words of up to four features
// are of four bytes, so that at most three bytes a row are lost.
type octet struct {
	first, width int // used[first:first+width]
	wide         []uint64
	narrow       []uint32 // if wide is nil
	drawn        uint8    // bit k is 1 if trees may split by feature k
}

// column returns the octet of a slot in used, and the shift to its byte.
func (d *binned) column(slot int) (o *octet, shift uint) {
	return &d.octets[slot/octetWidth], uint(8 * (slot % octetWidth))
}

// rowsOf is the rows of a matrix that take part: all if rows is nil.
type rowsOf struct {
	x    *mat.Dense
	rows []int32
}

func (r rowsOf) len() int {
	if r.rows != nil {
		return len(r.rows)
	}
	n, _ := r.x.Dims()
	return n
}

func (r rowsOf) row(i int) []float64 {
	if r.rows != nil {
		i = int(r.rows[i])
	}
	return r.x.RawRowView(i)
}

// binRows finds the bins of every feature from the rows and encodes them.
// The weights w belong to the rows, or are nil; categorical[f] says that
// feature f holds category codes. The bins of n > 200,000 rows come from that
// many, one drawn from each of as many equal stretches of rows.
func binRows(ctx context.Context, p *pool, r rowsOf, w []float64, categorical []bool, most int, rng *rand.Rand) (*binned, error) {
	_, features := r.x.Dims()
	d := &binned{n: r.len(), bins: make([]bins, features)}
	if err := d.findCategories(p, r, categorical, most); err != nil {
		return nil, err
	}
	sample := oneOfEach(d.n, binSample, rng)
	scratch := make([]columnSample, p.workers)
	p.run(features, func(f, worker int) {
		if categorical[f] || ctx.Err() != nil {
			return
		}
		scratch[worker].take(r, f, w, sample)
		d.bins[f] = scratch[worker].numericBins(most)
	})
	d.findMissing(p, r)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.encode(p, r)
	return d, nil
}

// oneOfEach returns all rows, or one drawn from each of size equal stretches.
func oneOfEach(n, size int, rng *rand.Rand) []int32 {
	rows := make([]int32, min(n, size))
	for i := range rows {
		from, to := i*n/len(rows), (i+1)*n/len(rows)
		rows[i] = int32(from)
		if to-from > 1 {
			rows[i] += rng.Int32N(int32(to - from))
		}
	}
	return rows
}

// findCategories counts the codes of categorical columns over all rows.
func (d *binned) findCategories(p *pool, r rowsOf, categorical []bool, most int) error {
	errs := make([]error, len(d.bins))
	p.run(len(d.bins), func(f, _ int) {
		if !categorical[f] {
			return
		}
		var counts []int
		for i := range d.n {
			x := r.row(i)[f]
			if x != x {
				continue
			}
			c, err := category(x)
			if err != nil {
				errs[f] = fmt.Errorf("boost: categorical column %d, row %d: %w", f, i, err)
				return
			}
			for len(counts) <= c {
				counts = append(counts, 0)
			}
			counts[c]++
		}
		d.bins[f] = categoryBins(append(counts, 0), most)
	})
	return cmp.Or(errs...)
}

// findMissing notes which features miss a value in any row.
func (d *binned) findMissing(p *pool, r rowsOf) {
	seen := make([][]bool, p.workers)
	p.rows(d.n, 1<<14, func(from, to, worker int) {
		if seen[worker] == nil {
			seen[worker] = make([]bool, len(d.bins))
		}
		missing := seen[worker]
		for i := from; i < to; i++ {
			for f, x := range r.row(i) {
				if x != x || d.bins[f].codeOf != nil && d.bins[f].code(x) == missingCode {
					missing[f] = true
				}
			}
		}
	})
	for _, missing := range seen {
		for f, m := range missing {
			d.bins[f].missing = d.bins[f].missing || m
		}
	}
}

// encode fills the octets, in blocks of rows that stay in the cache.
func (d *binned) encode(p *pool, r rowsOf) {
	keys := make([][]uint64, len(d.bins))
	for f := range d.bins {
		if !d.bins[f].constant() {
			d.used = append(d.used, f)
			keys[f] = d.bins[f].edgeKeys()
		}
	}
	for first := 0; first < len(d.used); first += octetWidth {
		o := octet{first: first, width: min(octetWidth, len(d.used)-first)}
		o.drawn = 1<<o.width - 1
		if o.width > 4 {
			o.wide = make([]uint64, d.n)
		} else {
			o.narrow = make([]uint32, d.n)
		}
		d.octets = append(d.octets, o)
	}
	p.rows(d.n, 1<<10, func(from, to, _ int) {
		var words [1 << 10]uint64
		for _, o := range d.octets {
			part := words[:to-from]
			clear(part)
			for k, f := range d.used[o.first : o.first+o.width] {
				d.encodeFeature(f, keys[f], r, from, part, 8*k)
			}
			o.store(from, part)
		}
	})
}

// store keeps the words of rows from the given one on.
func (o *octet) store(from int, words []uint64) {
	if o.wide != nil {
		copy(o.wide[from:], words)
		return
	}
	for i, w := range words {
		o.narrow[from+i] = uint32(w)
	}
}

// encodeFeature puts the codes of a feature into the words of rows from the
// given one on.
func (d *binned) encodeFeature(f int, keys []uint64, r rowsOf, from int, words []uint64, shift int) {
	i, b := 0, &d.bins[f]
	if b.codeOf == nil {
		var codes [4]uint8
		for ; i+4 <= len(words); i += 4 {
			at := from + i
			codesOf(&codes, keys, &[4]float64{r.row(at)[f], r.row(at + 1)[f], r.row(at + 2)[f], r.row(at + 3)[f]})
			for j, c := range codes {
				words[i+j] |= uint64(c) << shift
			}
		}
	}
	for ; i < len(words); i++ {
		words[i] |= uint64(b.code(r.row(from + i)[f])) << shift
	}
}
