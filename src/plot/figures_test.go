package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/random"
	"example.com/engine/table"
)

// A figure without anything to draw is a blank one, as that of the curves where
// dates are all there is.
func TestNothingToDraw(t *testing.T) {
	src := &sources{}
	require.True(t, dependence.empty(src))
	png, svg, err := dependence.render(src)
	require.NoError(t, err)
	assert.NotEmpty(t, png)
	assert.Contains(t, string(svg), "<svg ")
}

// There are three to eight labels, or three to five on a narrow axis.
func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high  float64
		many, some int
	}{
		{0, 2900, 6, 3}, {0, 1600, 7, 4}, {0, 350, 8, 4}, {0, 6000, 7, 3}, {0.02, 0.98, 3, 3}, {-1, 1, 5, 3}, {3, 19, 6, 3}, {0, 999, 4, 4},
	} {
		assert.Len(t, ticks{}.Ticks(c.low, c.high), c.many, "%v", c)
		assert.Len(t, ticks{few: true}.Ticks(c.low, c.high), c.some, "%v", c)
	}
	assert.Len(t, ticks{}.Ticks(3, 3), 1)
	rng := random.New(1, "ticks")
	for range 10_000 {
		low := rng.NormFloat64()
		high := low + math.Exp(5*rng.NormFloat64())
		assert.LessOrEqual(t, len(ticks{few: true}.Ticks(low, high)), 5, "%v to %v", low, high)
		assert.GreaterOrEqual(t, len(ticks{few: true}.Ticks(low, high)), 3, "%v to %v", low, high)
	}
}

// Long names of columns and categories are cut, and leave room for the plots.
func TestLongNames(t *testing.T) {
	long := strings.Repeat("a long name ", 12)
	path := filepath.Join(t.TempDir(), "a.csv")
	text := long + "a," + long + "b\n" + strings.Repeat(long+"x,1\n"+long+"y,2\n", 5)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	train, err := table.ReadFile(path, table.Options{Fields: []table.Field{{Name: long + "a", Kind: table.Category}, {Name: long + "b"}}})
	require.NoError(t, err)
	_, svg, err := distributions.render(&sources{train: train})
	require.NoError(t, err)
	assert.Contains(t, string(svg), "a long name a long na…")

	p := newPlot("A", "", "")
	require.NoError(t, bars(p, plotter.Values{1, 2}, []string{long, long}, 9))
	crowded := figure{name: "crowded", width: 2 * vg.Inch, height: tall(vg.Inch), draw: func(*sources, int) ([][]*plot.Plot, error) {
		return [][]*plot.Plot{{p}}, nil
	}}
	_, _, err = crowded.render(&sources{})
	assert.EqualError(t, err, `the labels of "A" leave no room for the plot`)
}
