package explain

//go:generate python3 testdata/make.py

import (
	"context"
	"errors"
	"math"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/claimtest"
	"example.com/engine/must"
	"example.com/engine/random"
)

// fixture is testdata/explain.json; testdata/make.py wrote it.
type fixture struct {
	X           [][]float64 `json:"x"`
	Y           []float64   `json:"y"`
	Orders      [][]int     `json:"orders"`
	Importances [][]float64 `json:"importances"`
	Means       []float64   `json:"means"`
	Deviations  []float64   `json:"deviations"`
	Points      int         `json:"points"`
	Dependence  []struct {
		Grid       []float64   `json:"grid"`
		Mean       []float64   `json:"mean"`
		Individual [][]float64 `json:"individual"`
	} `json:"dependence"`
}

func load(t *testing.T) fixture {
	t.Helper()
	data := must.Get(os.ReadFile("testdata/explain.json"))(t)
	f := must.JSON[fixture](t, data)
	require.NotEmpty(t, f.X)
	require.NotEmpty(t, f.Dependence)
	return f
}

// formula is the model of make.py.
func formula(row []float64) float64 { return 3*row[0] + row[1]*row[1] + 2*row[0]*row[2] }

// with returns the predictions with a column's value of row i being value(i).
func (f fixture) with(column int, value func(i int) float64) []float64 {
	out := make([]float64, len(f.X))
	for i, row := range f.X {
		row = slices.Clone(row)
		row[column] = value(i)
		out[i] = formula(row)
	}
	return out
}

// model asks about the columns of the fixture one by one, by the RMSE.
func (f fixture) model() Model[[]float64] {
	return Model[[]float64]{
		Rows: len(f.X), Columns: 4,
		Shuffled: func(column int, order []int) ([]float64, error) {
			return f.with(column, func(i int) float64 { return f.X[order[i]][column] }), nil
		},
		Score: func(pred, w []float64) float64 {
			sum, total := 0.0, 0.0
			for i, p := range pred {
				weight := 1.0
				if w != nil {
					weight = w[i]
				}
				sum += weight * (p - f.Y[i]) * (p - f.Y[i])
				total += weight
			}
			return -math.Sqrt(sum / total)
		},
	}
}

func (f fixture) plain() []float64 { return f.with(0, func(i int) float64 { return f.X[i][0] }) }

func TestImportancesAreScikitLearns(t *testing.T) {
	f := load(t)
	p := Permutation{Repeats: len(f.Orders), Resamples: 100, Level: 0.95}
	got, err := importances(context.Background(), p, f.model(), f.plain(), 1, func(_, repeat int) []int { return f.Orders[repeat] })
	require.NoError(t, err)
	require.Len(t, got, len(f.Means))
	for c, i := range got {
		assert.InDeltaSlice(t, f.Importances[c], i.Repeats, 1e-9)
		assert.InDelta(t, f.Means[c], i.Mean, 1e-9)
		assert.InDelta(t, f.Deviations[c], i.StdDev, 1e-9)
	}
	assert.Zero(t, got[3].Mean, "a column that the model does not read")
	assert.Zero(t, got[3].High)
}

func TestDependenceIsScikitLearns(t *testing.T) {
	f := load(t)
	for c, want := range f.Dependence {
		column := make([]float64, len(f.X))
		for i, row := range f.X {
			column[i] = row[c]
		}
		grid := Grid(column, f.Points)
		require.InDeltaSlice(t, want.Grid, grid, 1e-9)
		d := must.Get(Depend(context.Background(), len(f.X), 1, len(grid), func(k int) ([]float64, error) {
			return f.with(c, func(int) float64 { return grid[k] }), nil
		}))(t)
		assert.InDeltaSlice(t, want.Mean, d[0].Mean, 1e-9)
		for i := range want.Individual {
			assert.InDeltaSlice(t, want.Individual[i], d[0].Individual[i], 1e-9)
		}
	}
}

// Of rows drawn again and again from a population, about as many intervals as
// the level says hold what the importance is there.
func TestClaimImportance(t *testing.T) {
	const rows = 150
	runs := claimtest.Runs(200, 2000)
	p := Permutation{Repeats: 5, Resamples: 100, Level: 0.9}
	inside := 0
	for run := range runs {
		rng := random.New(uint64(run), "data")
		var f fixture
		for range rows {
			row := []float64{rng.NormFloat64(), 0, 0, 0}
			f.X, f.Y = append(f.X, row), append(f.Y, formula(row)+rng.NormFloat64())
		}
		m := f.model()
		m.Columns = 1
		m.Score = func(pred, w []float64) float64 { // negative mean squared error
			s := f.model().Score(pred, w)
			return -s * s
		}
		got := must.Get(Importances(context.Background(), p, m, f.plain(), uint64(run)))(t)
		if got[0].Low <= 18 && 18 <= got[0].High { // 2 · Var(3 a)
			inside++
		}
	}
	claimtest.Within(t, "90 % intervals of a column's importance that hold it", float64(inside)/float64(runs), 0.84, 0.95, runs)
}

func TestSameBitsAtAnyNumberOfProcessors(t *testing.T) {
	f := load(t)
	run := func(processors int) []Importance {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		return must.Get(Importances(context.Background(), NewPermutation(), f.model(), f.plain(), 3))(t)
	}
	one := run(1)
	assert.Equal(t, one, run(2))
	assert.Equal(t, one, run(7))
	assert.Greater(t, one[0].Low, 0.0)
	assert.Less(t, one[0].Low, one[0].Mean)
	assert.Greater(t, one[0].High, one[0].Mean)
}

func TestErrorsAndCancellation(t *testing.T) {
	f, bad := load(t), errors.New("no answer")
	m := f.model()
	m.Shuffled = func(int, []int) ([]float64, error) { return nil, bad }
	require.ErrorIs(t, must.Err(Importances(context.Background(), NewPermutation(), m, f.plain(), 1)), bad)
	_, err := Depend(context.Background(), 2, 1, 3, func(int) ([]float64, error) { return nil, bad })
	require.ErrorIs(t, err, bad)

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, must.Err(Importances(ctx, NewPermutation(), f.model(), f.plain(), 1)), context.Canceled)
	_, err = Depend(ctx, 2, 1, 3, func(int) ([]float64, error) { return []float64{1, 2}, nil })
	require.ErrorIs(t, err, context.Canceled)
}

func TestDependenceOfSeveralOutputs(t *testing.T) {
	d := must.Get(Depend(context.Background(), 2, 3, 2, func(p int) ([]float64, error) {
		return []float64{1, 2, 3, 5, 6, float64(p)}, nil
	}))(t)
	assert.Equal(t, []Dependence{
		{[]float64{3, 3}, [][]float64{{1, 1}, {5, 5}}},
		{[]float64{4, 4}, [][]float64{{2, 2}, {6, 6}}},
		{[]float64{1.5, 2}, [][]float64{{3, 3}, {0, 1}}},
	}, d)
}

func TestGrid(t *testing.T) {
	nan := math.NaN()
	assert.Equal(t, []float64{1, 2, 3}, Grid([]float64{3, nan, 1, 2, 1}, 3))
	assert.Empty(t, Grid([]float64{nan}, 3))
	assert.Equal(t, []float64{7}, Grid([]float64{7, 7, 7}, 3))
	mostlyZero := make([]float64, 100)
	mostlyZero[0], mostlyZero[1], mostlyZero[2] = -4, 1, 4
	assert.Equal(t, []float64{-4, 0, 4}, Grid(mostlyZero, 3))
}

func TestSample(t *testing.T) {
	rows := Sample(100, 10, random.New(1, "rows"))
	assert.Len(t, slices.Compact(slices.Clone(rows)), 10)
	assert.True(t, slices.IsSorted(rows))
	assert.Equal(t, []int{0, 1, 2}, Sample(3, 10, random.New(1, "rows")))
}
