package boost

//go:generate python3 testdata/boosting.py

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree/treetest"
)

func TestBinsAreThoseOfScikitLearn(t *testing.T) {
	var fixture struct {
		Columns []struct {
			Name    string
			Column  []treetest.Number
			Weights []float64
			Codes   []uint8
			Cases   []struct {
				Most     int
				Weighted bool
				Edges    []float64
			}
		}
	}
	treetest.ReadJSON(t, "bins.json", &fixture)
	require.Len(t, fixture.Columns, 6)
	for _, c := range fixture.Columns {
		for _, want := range c.Cases {
			var weights []float64
			if want.Weighted {
				weights = c.Weights
			}
			b := (&columnSample{column: treetest.Floats(c.Column), weights: weights}).numericBins(want.Most)
			assert.Equal(t, want.Edges, b.edges, "%s, %d bins, weighted %v", c.Name, want.Most, want.Weighted)
		}
		b := (&columnSample{column: treetest.Floats(c.Column)}).numericBins(maxBins)
		for i, x := range treetest.Floats(c.Column) {
			assert.Equal(t, c.Codes[i], b.code(x), "%s: code of %v", c.Name, x)
		}
	}
}

func TestEdgesSeparateNeighbours(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ a, b float64 }{
		{1, 2},
		{1, math.Nextafter(1, 2)},
		{-5e-324, 0},
		{0, 5e-324},
		{-inf, inf},
		{-inf, 3},
		{3, inf},
		{-math.MaxFloat64, math.MaxFloat64},
		{1e308, 1.7e308},
		{1e300, inf},
		{2e300, inf},
	} {
		m := middle(c.a, c.b)
		assert.True(t, c.a <= m && m < c.b, "middle of %v and %v is %v", c.a, c.b, m)
		b := (&columnSample{column: []float64{c.b, c.a, c.b}}).numericBins(maxBins)
		assert.Equal(t, []uint8{0, 1}, []uint8{b.code(c.a), b.code(c.b)}, "%v, %v", c.a, c.b)
	}
}

func TestCodesCountEdgesBelow(t *testing.T) {
	rng := treetest.Rand()
	for n := range 255 {
		b := bins{edges: make([]float64, n)}
		for i := range b.edges {
			b.edges[i] = math.Round(rng.NormFloat64() * 1e6)
		}
		slices.Sort(b.edges)
		b.edges = slices.Compact(b.edges)
		for range 20 {
			x := [4]float64{rng.NormFloat64() * 1e6, math.NaN(), math.Inf(1), math.Inf(-1)}
			if n > 0 {
				x[0] = b.edges[rng.IntN(len(b.edges))] + float64(rng.IntN(3)-1)
			}
			want, got := [4]uint8{}, [4]uint8{}
			for i, v := range x {
				want[i] = b.code(v)
			}
			codesOf(&got, b.edgeKeys(), &x)
			require.Equal(t, want, got)
			require.Equal(t, [3]uint8{missingCode, uint8(len(b.edges)), 0}, [3]uint8(got[1:]))
		}
	}
}

func TestRareCategoriesHaveNoBin(t *testing.T) {
	counts := make([]int, 300)
	for c := range counts {
		counts[c] = 1 + c%3
	}
	counts[7] = 0
	b := categoryBins(counts, 150)
	assert.Equal(t, 150, b.count())
	assert.Equal(t, uint8(missingCode), b.code(7), "never seen")
	assert.Equal(t, uint8(missingCode), b.code(math.NaN()))
	assert.Equal(t, uint8(missingCode), b.code(-1))
	assert.Equal(t, uint8(missingCode), b.code(1e9))
	for c := range 300 {
		kept := counts[c] == 3 || counts[c] == 2 && c <= 151 // 100 threes, then 50 twos
		if c != 7 {
			assert.Equal(t, kept, b.code(float64(c)) != missingCode, "code %d", c)
		}
	}
}

func TestManyRowsAreSampledEvenly(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	rows := oneOfEach(1000, 100, rng)
	for i, r := range rows {
		assert.Equal(t, i, int(r)/10)
	}
	assert.Len(t, oneOfEach(5, 100, rng), 5)
	assert.Empty(t, oneOfEach(0, 100, rng))
}

func TestConstantColumnsAreLeftOut(t *testing.T) {
	nan := math.NaN()
	x := mat.NewDense(4, 5, []float64{
		1, 1, nan, 1, 0,
		1, 2, nan, nan, 0,
		1, 3, nan, 1, 0,
		1, 4, nan, 1, 0,
	})
	p := newPool(t.Context())
	defer p.close()
	d, err := binRows(t.Context(), p, rowsOf{x: x}, nil, []bool{false, false, false, false, true}, maxBins, nil)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 3}, d.used)
	assert.Equal(t, []uint32{0, 0xff01, 2, 3}, d.octets[0].narrow)
}

func TestWrongCategoriesAreNamed(t *testing.T) {
	p := newPool(t.Context())
	defer p.close()
	for _, bad := range []float64{-1, 0.5, 65536, math.Inf(1)} {
		x := mat.NewDense(2, 2, []float64{0, 0, 0, bad})
		_, err := binRows(t.Context(), p, rowsOf{x: x}, nil, []bool{false, true}, maxBins, nil)
		assert.ErrorContains(t, err, "column 1, row 1")
	}
}
