package figures

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/table"
)

// A figure without anything to draw is a blank one, as that of the curves where
// dates are all there is.
func TestNothingToDraw(t *testing.T) {
	d := &Data{}
	require.True(t, dependence.Empty(d))
	png, svg, err := dependence.render(d)
	require.NoError(t, err)
	assert.NotEmpty(t, png)
	assert.Contains(t, string(svg), "<svg ")
}

// Long names of columns and categories are cut, and leave room for the plots.
func TestLongNames(t *testing.T) {
	long := strings.Repeat("a long name ", 12)
	path := filepath.Join(t.TempDir(), "a.csv")
	text := long + "a," + long + "b\n" + strings.Repeat(long+"x,1\n"+long+"y,2\n", 5)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	train, err := table.ReadFile(path, table.Options{Fields: []table.Field{{Name: long + "a", Kind: table.Category}, {Name: long + "b"}}})
	require.NoError(t, err)
	_, svg, err := distributions.render(&Data{Train: train})
	require.NoError(t, err)
	assert.Contains(t, string(svg), "a long name a long na…")

	p := style.NewPlot("A", "", "")
	require.NoError(t, style.Bars(p, plotter.Values{1, 2}, []string{long, long}, 9))
	crowded := Figure{Width: 2 * vg.Inch, Height: Tall(vg.Inch), Draw: func(*Data, int) (Grid, error) {
		return One(p), nil
	}}
	_, _, err = crowded.render(&Data{})
	assert.EqualError(t, err, `the labels of "A" leave no room for the plot`)
}

// The share of each tenth lies in its interval, and rare classes fill the picture.
func TestReliabilityHasIntervals(t *testing.T) {
	o := one{name: "yes", y: make([]float64, 1000), proba: make([]float64, 1000)}
	for i := range o.y {
		o.proba[i] = float64(i) / 20_000
		if i%40 == 39 {
			o.y[i] = 1
		}
	}
	points, low, high := reliability(o, 0.95)
	require.Len(t, points, 10)
	for i, p := range points {
		require.Less(t, low[i].Y, p.Y)
		require.Less(t, p.Y, high[i].Y)
		require.InDelta(t, 0.025, p.Y, 0.01)
	}
}
