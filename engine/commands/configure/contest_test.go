package configure

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
)

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
