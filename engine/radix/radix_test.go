package radix

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKeyOrdersNumbers(t *testing.T) {
	rising := []float64{math.Inf(-1), -math.MaxFloat64, -1, -math.SmallestNonzeroFloat64, 0, math.SmallestNonzeroFloat64, 1, math.MaxFloat64, math.Inf(1)}
	for i, x := range rising {
		require.Equal(t, x, Value(Key(x)))
		if i > 0 {
			require.Less(t, Key(rising[i-1]), Key(x))
		}
	}
	require.Equal(t, Key(0), Key(math.Copysign(0, -1)))
	require.Greater(t, Key(math.NaN()), Key(math.Inf(1)))
	require.Equal(t, Key(math.NaN()), Key(math.Copysign(math.NaN(), -1)))
}

// One sorter takes any number of rows, in any order. It once failed on more than
// the ones before, as its keys and its rows had not grown alike.
func TestSorter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	draw := map[string]func() float64{
		"one pass":   func() float64 { return float64(r.IntN(1 << 10)) },
		"all passes": r.NormFloat64,
		"one value":  func() float64 { return 3 },
		"null":       func() float64 { return []float64{1, math.NaN()}[r.IntN(2)] },
	}
	for name, next := range draw {
		t.Run(name, func(t *testing.T) {
			for first := 500; first < 3000; first += 100 {
				var s Sorter
				for _, n := range []int{first, first + 50, 0, 1, first + 200, first / 2} {
					type place struct {
						key uint64
						row uint32
					}
					var want []place
					s.Reset(n)
					for i := range n {
						p := place{Key(next()), uint32(i)}
						want = append(want, p)
						s.Add(p.key, p.row)
					}
					slices.SortStableFunc(want, func(a, b place) int { return cmp.Compare(a.key, b.key) })
					keys, rows := s.Sort()
					require.Len(t, keys, n)
					require.Len(t, rows, n)
					for i, p := range want {
						require.Equal(t, p, place{keys[i], rows[i]})
					}
				}
			}
		})
	}
}

// Below counts as a loop over the keys does, at every length.
func TestBelowCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for n := range 70 {
		keys := make([]uint64, n)
		for i := range keys {
			keys[i] = r.Uint64N(50)
		}
		slices.Sort(keys)
		of := [4]uint64{0, r.Uint64N(60), r.Uint64N(60), NaNKey}
		var got [4]int
		got[0], got[1], got[2], got[3] = Below(keys, of[0], of[1], of[2], of[3])
		for j, k := range of {
			want := 0
			for _, key := range keys {
				if key < k {
					want++
				}
			}
			require.Equal(t, want, got[j], "%d below %v", k, keys)
		}
	}
}
