package steps

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFunctionTransformer(t *testing.T) {
	againstScikitLearn(t, "function_transformer")

	f := fitted(t, NewFunctionTransformer(), column(1))
	requireSame(t, []float64{-3, null}, transformed(t, f, column(-3, null)))
	f.Function = "sqrt"
	_, err := f.Transform(column(4, -4))
	require.EqualError(t, err, `column "a", row 2: sqrt(-4) is not a finite number`)
	f.Function = "sine"
	_, err = f.Transform(column(4))
	require.ErrorContains(t, err, `no function "sine"`)
	require.EqualError(t, f.Fit(column(1), nil, nil), `function: no function "sine"; there are [abs cbrt exp expm1 identity log log1p sqrt square]`)
}

// TestFunctionsKeepNulls holds for every function that can be named.
func TestFunctionsKeepNulls(t *testing.T) {
	for name, f := range functions {
		require.True(t, math.IsNaN(f(math.NaN())), name)
	}
}
