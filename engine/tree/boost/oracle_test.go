package boost

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree/treetest"
)

type fitFixture struct {
	X       [][]treetest.Number
	Targets map[string][]float64
	Weights []float64
	Cases   []struct {
		Name, By, Target string
		Settings         json.RawMessage
		Weighted, Ones   bool    // the weights: those of the file, or ones
		Filled           float64 // instead of NaN
		Gaps             bool    // even rows miss code 3 of column 1
		Prediction       []float64
	}
	Scores map[string]map[string]float64
}

// TestFitsAreThoseOfTheReferences compares predictions after ten rounds. The
// splits must be the same ones: another split would show in the second digit.
func TestFitsAreThoseOfTheReferences(t *testing.T) {
	var fixture fitFixture
	treetest.ReadJSON(t, "boosting.json", &fixture)
	require.NotEmpty(t, fixture.Cases)
	for _, c := range fixture.Cases {
		t.Run(c.Name, func(t *testing.T) {
			x, y := treetest.Matrix(fixture.X), fixture.Targets[c.Target]
			if c.Filled != 0 {
				x.Apply(func(_, _ int, v float64) float64 {
					if v != v {
						return c.Filled
					}
					return v
				}, x)
			}
			for i := 0; c.Gaps && i < len(y); i += 2 {
				if x.At(i, 1) == 3 {
					x.Set(i, 1, math.NaN())
				}
			}
			var w []float64
			if c.Weighted {
				w = fixture.Weights
			}
			if c.Ones {
				w = slices.Repeat([]float64{1}, len(y))
			}
			got := fitByJSON(t, c.Target, c.Settings, x, y, w)
			require.Len(t, got, len(c.Prediction)) // of two classes, both
			for i, want := range c.Prediction {
				// The references keep gradients in single precision, too, but add
				// other errors.
				require.InDelta(t, want, got[i], 1e-5*math.Max(1, math.Abs(want)), "number %d", i)
			}
		})
	}
}

// fitByJSON returns the predictions on the training rows, of a classification
// for each class.
func fitByJSON(t *testing.T, target string, settings json.RawMessage, x *mat.Dense, y, w []float64) []float64 {
	t.Helper()
	n, _ := x.Dims()
	if target == "two" || target == "three" {
		b := NewClassifier()
		require.NoError(t, json.Unmarshal(settings, b))
		require.NoError(t, b.Fit(t.Context(), x, y, w, treetest.Rand()))
		b.unbalance()
		p := mat.NewDense(n, b.Classes, nil)
		b.PredictProba(p, x)
		return p.RawMatrix().Data
	}
	b := NewRegressor()
	require.NoError(t, json.Unmarshal(settings, b))
	require.NoError(t, b.Fit(t.Context(), x, y, w, treetest.Rand()))
	b.unbalance()
	p := make([]float64, n)
	b.Predict(p, x)
	return p
}

// unbalance takes back what the references don't do.
func (b *Fitted) unbalance() {
	if b.Start != nil {
		b.Base = b.Start
	}
}

// censusTable is the columns of the census table but the last, and the last: the
// value of the houses. Every fifth row is held out.
type censusTable struct {
	x, heldX *mat.Dense
	y, heldY []float64
}

func readCensus(t *testing.T) *censusTable {
	t.Helper()
	c, rows := &censusTable{}, treetest.Census(t)
	p := len(rows[0]) - 1
	var train, held []float64
	for i, row := range rows {
		if i%5 == 0 {
			held, c.heldY = append(held, row[:p]...), append(c.heldY, row[p])
		} else {
			train, c.y = append(train, row[:p]...), append(c.y, row[p])
		}
	}
	c.x, c.heldX = mat.NewDense(len(c.y), p, train), mat.NewDense(len(c.heldY), p, held)
	return c
}

// retarget returns the table with another target.
func (c *censusTable) retarget(f func(v float64) float64) *censusTable {
	r := &censusTable{x: c.x, heldX: c.heldX}
	for _, v := range c.y {
		r.y = append(r.y, f(v))
	}
	for _, v := range c.heldY {
		r.heldY = append(r.heldY, f(v))
	}
	return r
}

// gridded returns the table with the place as a category, the treetest.Number of a grid
// of half a degree, instead of two coordinates.
func (c *censusTable) gridded() *censusTable {
	grid := func(x *mat.Dense) *mat.Dense {
		n, p := x.Dims()
		g := mat.NewDense(n, p-1, nil)
		for i := range n {
			row := x.RawRowView(i)
			g.Set(i, 0, math.Floor(2*(row[0]+125))+25*math.Floor(2*(row[1]-32)))
			for j := 2; j < p; j++ {
				g.Set(i, j-1, row[j])
			}
		}
		return g
	}
	return &censusTable{x: grid(c.x), heldX: grid(c.heldX), y: c.y, heldY: c.heldY}
}

// score returns the mean of a loss of the held-out rows after a fit.
func (c *censusTable) score(t *testing.T, b *Regressor, loss func(y, p float64) float64) float64 {
	t.Helper()
	require.NoError(t, b.Fit(t.Context(), c.x, c.y, nil, treetest.Rand()))
	p := make([]float64, len(c.heldY))
	b.Predict(p, c.heldX)
	sum := 0.0
	for i, y := range c.heldY {
		sum += loss(y, p[i])
	}
	return sum / float64(len(p))
}

// logLoss returns the held-out log loss after a fit.
func (c *censusTable) logLoss(t *testing.T) float64 {
	t.Helper()
	b := NewClassifier()
	require.NoError(t, b.Fit(t.Context(), c.x, c.y, nil, treetest.Rand()))
	p := mat.NewDense(len(c.heldY), b.Classes, nil)
	b.PredictProba(p, c.heldX)
	sum := 0.0
	for i, y := range c.heldY {
		sum -= math.Log(p.At(i, int(y)))
	}
	return sum / float64(len(c.heldY))
}

// numpyQuantile is numpy's default quantile of all targets.
func (c *censusTable) numpyQuantile(level float64) float64 {
	return percentile(slices.Concat(c.y, c.heldY), nil, level)
}

// TestScoresOnRealData holds the scores on held-out rows to those of the
// references with the same settings, of 100 rounds.
func TestScoresOnRealData(t *testing.T) {
	if testing.Short() {
		t.Skip("fits real data, which takes long with the race detector")
	}
	var fixture fitFixture
	treetest.ReadJSON(t, "boosting.json", &fixture)
	data := readCensus(t)
	square := func(y, p float64) float64 { return (y - p) * (y - p) }
	absolute := func(y, p float64) float64 { return math.Abs(y - p) }
	pinball := func(y, p float64) float64 { return max(0.9*(y-p), 0.1*(p-y)) }
	deviance := func(y, p float64) float64 { return 2 * (y*math.Log(y/p) - y + p) }
	regressor := func(loss string) *Regressor {
		b := NewRegressor()
		b.Loss, b.Quantile = loss, 0.9
		return b
	}
	quarter := []float64{data.numpyQuantile(0.25), data.numpyQuantile(0.5), data.numpyQuantile(0.75)}
	class := func(edges []float64) func(float64) float64 {
		return func(v float64) float64 {
			k, equal := slices.BinarySearch(edges, v)
			if equal && len(edges) > 1 { // numpy.digitize: an edge belongs above
				k++
			}
			return float64(k)
		}
	}
	withCells := regressor("squared_error")
	withCells.CategoricalFeatures = []int{0}
	got := map[string]float64{
		"rmse":           math.Sqrt(data.score(t, regressor("squared_error"), square)),
		"absolute_error": data.score(t, regressor("absolute_error"), absolute),
		"quantile_0.9":   data.score(t, regressor("quantile"), pinball),
		"poisson":        data.retarget(func(v float64) float64 { return v / 1e5 }).score(t, regressor("poisson"), deviance),
		"log_loss":       data.retarget(class(quarter[1:2])).logLoss(t),
		"multinomial":    data.retarget(class(quarter)).logLoss(t),
		"categories":     math.Sqrt(data.gridded().score(t, withCells, square)),
	}
	require.Len(t, got, len(fixture.Scores))
	var table strings.Builder
	for name, by := range fixture.Scores {
		best := min(by["scikit-learn"], by["LightGBM"])
		assert.LessOrEqual(t, got[name], 1.01*best, "%s of %v", name, by)
		table.WriteString(name + " " + strconv.FormatFloat(got[name]/best, 'f', 4, 64) + "\n")
	}
	t.Logf("score over the better reference's:\n%s", table.String())
}
