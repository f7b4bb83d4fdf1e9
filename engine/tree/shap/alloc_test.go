//go:build !race

package shap

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/engine/tree"
)

// The race detector empties pools at random, so this test is not for it.
func TestExplainingDoesNotAllocate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	e := tree.NewEnsemble(1, 1)
	for range 20 {
		e.Append(randomTree(r, 31, 8, 1))
	}
	x, row, dst := New(e, 8, 1, []float64{0}), randomRow(r, 8), make([]float64, 8)
	assert.Zero(t, testing.AllocsPerRun(100, func() { x.Explain(dst, row) }))
	assert.Panics(t, func() { x.Explain(dst, row[1:]) })
}
