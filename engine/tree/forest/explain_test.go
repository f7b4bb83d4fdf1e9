package forest

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree/treetest"
)

func TestContributionsOfForestsAddUpToThePrediction(t *testing.T) {
	x, y := treetest.Sample(1000, 12, true, 21)
	some := mat.DenseCopyOf(x.Slice(0, 40, 0, 12))
	for name, make := range learners() {
		f := make()
		fitTrees(t, f, x, targetFor(f, y), nil)
		treetest.CheckSums(t, name, learned(f).Explainer(), some, learned(f).predict)
	}
}
