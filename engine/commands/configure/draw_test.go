package configure

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/random"
	"example.com/engine/selection"
)

// No model is asked for a class that it could not see, nor one that has a single
// row among those that are drawn; of a rare one more are drawn.
func TestDrawnClasses(t *testing.T) {
	p, made := planned(t, "dose,reaction\n3,rash\n"+strings.Repeat("1,none\n2,mild\n", 60)+"4,rash\n")
	c, err := newContest(p, made)
	require.NoError(t, err)
	r, err := c.newRound(1000, 0)
	require.NoError(t, err)
	assert.Equal(t, 79, r.rows.Len(), "the other rash is a test row")
	r.labels = append(r.labels[:76:76], "rash", "severe", "severe")
	folds := r.scorable([]selection.Fold{{Train: []int{0, 1, 77}, Test: []int{2, 76, 78}}, {Train: []int{0, 1}, Test: []int{2, 77}}})
	assert.Equal(t, [][]int{{2, 78}, {2}}, [][]int{folds[0].Test, folds[1].Test})

	labels := make([]string, 100_000)
	for i := range labels {
		labels[i] = map[bool]string{true: "yes", false: "no"}[i%3 == 0]
		if i%1000 == 0 {
			labels[i] = "rare"
		}
	}
	counts := map[string]int{}
	drawn := drawClasses(labels, 3000, random.New(1, "a"))
	for _, i := range drawn {
		counts[labels[i]]++
	}
	assert.True(t, slices.IsSorted(drawn))
	assert.Len(t, drawn, 3000)
	assert.Equal(t, 100, counts["rare"], "all of them")
	assert.InDelta(t, 1.0/3, float64(counts["yes"])/3000, 0.03)
	assert.Equal(t, []int{0, 1, 2}, drawClasses(labels[:3], 3000, random.New(1, "a")))
}

// The last round takes the best of the first as they were, and the best of these
// also with the other target.
func TestFinal(t *testing.T) {
	var b strings.Builder
	b.WriteString("x,y\n")
	for i := range 100 {
		fmt.Fprintf(&b, "%d,%.3f\n", i*37%50, math.Exp(float64(i*37%50)/10))
	}
	p, made := planned(t, b.String())
	c, err := newContest(p, made)
	require.NoError(t, err)
	require.Equal(t, []string{"", "log"}, c.targets())
	r, err := c.newRound(1000, 1)
	require.NoError(t, err)
	few := boosting(model.Regression, "few trees", "max_iter: 3")
	require.NoError(t, c.final(context.Background(), r, []attempt{
		{candidate: linear(model.Regression), target: "log"}, {candidate: few, target: "log"},
	}))
	var names []string
	for _, a := range r.tried {
		names = append(names, a.name())
	}
	assert.Equal(t, []string{"ridge, of the target's log", "ridge", "few trees, of the target's log"}, names)
	assert.False(t, r.tried[2].whole(), "it was behind after the early folds")
	best := r.choice()
	assert.Equal(t, []any{"ridge", "log", 80, "rmse"}, []any{best.candidate.name, best.target, best.rows, best.metric})
}
