package tree

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// stump returns x[0] <= 1.5 ? (x[1] in {0, 33} ? 3 : 2) : 5, NaN right at the
// root and left (with the codes outside the set) below.
func stump() *Tree {
	t := NewTree(1)
	left := t.Split(0, 0, 1.5, false)
	t.Values(left + 1)[0] = 5
	below := t.SplitSet(left, 1, []int{0, 33}, true)
	t.Values(below)[0], t.Values(below + 1)[0] = 2, 3
	return t
}

func TestTreeFollowsItsContract(t *testing.T) {
	tr := stump()
	require.NoError(t, tr.check(2))
	assert.Equal(t, 5, tr.Nodes())
	assert.Equal(t, 3, tr.Leaves())
	assert.Equal(t, 2, tr.Depth())
	assert.Equal(t, []int{0, 33}, tr.SetCodes(1))
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct{ x0, x1, want float64 }{
		{1.5, 0, 3}, // equal goes left
		{math.Nextafter(1.5, 2), 0, 5},
		{nan, 0, 5},
		{inf, 0, 5},
		{-inf, 33, 3},
		{1, 1, 2},
		{1, nan, 2},
		{1, 0.5, 2},
		{1, -1, 2},
		{1, 1e300, 2},
		{1, inf, 2},
	} {
		got := tr.Values(tr.Leaf([]float64{c.x0, c.x1}))[0]
		assert.Equal(t, c.want, got, "%v, %v", c.x0, c.x1)
	}
}

func TestEnsembleAppendsAndTruncates(t *testing.T) {
	e := NewEnsemble(1, 1)
	for range 3 {
		e.Append(stump())
	}
	require.NoError(t, e.Check(2))
	x := mat.NewDense(2, 2, []float64{1, 33, 2, 0})
	check := func(want ...float64) {
		t.Helper()
		got := make([]float64, 2)
		e.Add(got, x)
		assert.Equal(t, want, got)
	}
	check(9, 15)
	e.Truncate(1)
	require.NoError(t, e.Check(2))
	check(3, 5)
	e.Append(stump())
	check(6, 10)
	e.Truncate(0)
	check(0, 0)
}

func TestCheckRefusesDamage(t *testing.T) {
	for name, damage := range map[string]func(*Ensemble){
		"feature": func(e *Ensemble) { e.Feature[0] = 2 },
		"loop":    func(e *Ensemble) { e.Left[0] = 0 },
		"child":   func(e *Ensemble) { e.Left[5] = 9 },
		"value":   func(e *Ensemble) { e.Left[4] = 6 },
		"set":     func(e *Ensemble) { e.Threshold[1] = 2 },
		"bits":    func(e *Ensemble) { e.SetStart[1] = 9 },
		"length":  func(e *Ensemble) { e.Flags = e.Flags[1:] },
		"root":    func(e *Ensemble) { e.Roots[0] = 10 },
		"roots":   func(e *Ensemble) { e.Roots[1] = 0 },
		"mixed":   func(e *Ensemble) { e.Left[1] = 7 },
		"outputs": func(e *Ensemble) { e.Outputs = 0 },
	} {
		e := NewEnsemble(1, 1)
		e.Append(stump())
		e.Append(stump())
		require.NoError(t, e.Check(2))
		damage(e)
		assert.Error(t, e.Check(2), name)
	}
}
