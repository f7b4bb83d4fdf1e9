package steps

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
)

func TestTargetEncoder(t *testing.T) {
	againstScikitLearn(t, "target_encoder")
}

func TestTargetEncoderCrossFitsAsScikitLearn(t *testing.T) {
	for _, c := range readFixture[transformCase](t, "target_encoder") {
		t.Run(c.Name, func(t *testing.T) {
			e := NewTargetEncoder()
			require.NoError(t, config.Parse("settings.yaml", []byte(c.Settings), e))
			x := tableOf(t, c.Train)
			require.NoError(t, e.Fit(x, c.Y, nil))
			got, err := e.crossFit(x, c.Y, c.Folds)
			require.NoError(t, err)
			require.Len(t, got.Columns(), len(c.CrossFitted))
			for j, want := range c.CrossFitted {
				sameColumn(t, want, got.Columns()[j], near)
			}
		})
	}
}

// TestTargetEncoderDoesNotLeak changes one row's target: what that row gets
// in training must not change, and what Transform gives must.
func TestTargetEncoderDoesNotLeak(t *testing.T) {
	x := wordColumn("x", "y", "x", "y", "x", "y", "x", "y", "x", "y")
	y := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	e := NewTargetEncoder()
	before, err := e.FitTransform(x, y, source())
	require.NoError(t, err)
	leaky := transformed(t, e, x)
	for i := range y {
		changed := append([]float64(nil), y...)
		changed[i] = 1000
		after, err := e.FitTransform(x, changed, source())
		require.NoError(t, err)
		require.Equal(t, before.Columns()[0].Floats[i], after.Columns()[0].Floats[i], "row %d", i)
		require.NotEqual(t, leaky[i], transformed(t, e, x)[i])
	}
}

func TestTargetEncoderFolds(t *testing.T) {
	y := make([]float64, 103)
	for i := range y {
		y[i] = float64(i % 2 * (i % 3))
	}
	for name, folds := range map[string][]int{"shuffled": shuffledFolds(103, 5, source()), "stratified": stratifiedFolds(y, 5, source())} {
		var size [5]int
		classes := map[float64]*[5]int{0: {}, 1: {}, 2: {}}
		for i, fold := range folds {
			size[fold]++
			classes[y[i]][fold]++
		}
		require.Equal(t, [5]int{21, 21, 21, 20, 20}, size, name)
		if name == "stratified" {
			for class, n := range classes {
				require.LessOrEqual(t, maxOf(n)-minOf(n), 1, "class %v", class)
			}
		}
	}
}

// TestTargetEncoderStratifies gives each of five folds one of five positives,
// so that every row learns from four of them among forty.
func TestTargetEncoderStratifies(t *testing.T) {
	y := make([]float64, 50)
	for i := range 5 {
		y[7*i] = 1
	}
	e := NewTargetEncoder()
	e.TargetType, e.Smooth = "binary", "0"
	out, err := e.FitTransform(wordColumn(slices.Repeat([]string{"x"}, 50)...), y, source())
	require.NoError(t, err)
	require.Equal(t, slices.Repeat([]float64{0.1}, 50), out.Columns()[0].Floats)
}

func maxOf(n *[5]int) int { return max(n[0], n[1], n[2], n[3], n[4]) }
func minOf(n *[5]int) int { return min(n[0], n[1], n[2], n[3], n[4]) }

func TestTargetEncoderRefuses(t *testing.T) {
	x := wordColumn("x", "y", "x")
	e := NewTargetEncoder()
	require.EqualError(t, e.Fit(x, nil, nil), "it needs the target of 3 rows and got 0")
	require.ErrorContains(t, e.Fit(x, []float64{1, math.NaN(), 2}, nil), `column "target", row 2: NaN is not a number to average`)
	_, err := e.FitTransform(x, []float64{1, 2, 3}, source())
	require.EqualError(t, err, "cv: 5 folds need as many rows, and there are 3")
	e.TargetType = "binary"
	require.ErrorContains(t, e.Fit(x, []float64{0, 1, 2}, nil), "2 is not a class of a binary target")
	e.TargetType = "multiclass"
	require.ErrorContains(t, e.Fit(x, []float64{0, 1, 2.5}, nil), "2.5 is not a class of a multiclass target")
	e.Smooth = "some"
	require.EqualError(t, e.Fit(x, []float64{0, 1, 2}, nil), `smooth: "some" is neither auto nor a number from 0`)
}
