package drift

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/claimtest"
	"example.com/engine/table"
)

// draw makes rows of columns of many kinds, some of which go together.
func draw(rng *rand.Rand, n int) *table.Table {
	numbers := make([][]float64, 6)
	for j := range numbers {
		numbers[j] = make([]float64, n)
	}
	few, many, rare := make([]string, n), make([]string, n), make([]string, n)
	for i := range n {
		z := rng.NormFloat64()
		row := []float64{
			z, math.Exp(2 * rng.NormFloat64()), float64(rng.IntN(12)), float64(rng.IntN(2)),
			z + 0.3*rng.NormFloat64(), math.Round(100 * rng.Float64()),
		}
		if rng.Float64() < 0.1 {
			row[5] = math.NaN()
		}
		for j, v := range row {
			numbers[j][i] = v
		}
		few[i] = string(rune('a' + rng.IntN(4)))
		many[i] = fmt.Sprint(int(30 * rng.ExpFloat64()))
		rare[i] = fmt.Sprint(int(1 / (rng.Float64() + 1e-6)))
	}
	cols := []*table.Column{table.Categories("few", few), table.Categories("many", many), table.Categories("rare", rare)}
	for j, v := range numbers {
		cols = append(cols, table.Floats(fmt.Sprintf("x%d", j), v))
	}
	return table.Must(cols...)
}

func judged(reference, current *table.Table) *Report {
	r := Of(reference).Compare(Of(current), Options{Reference: "reference", Current: "current", Settings: Defaults()})
	r.Judge()
	return r
}

// Where nothing drifted, at most 5 reports in 100 have any alarm, at any number
// of rows. The number of alarms allowed here is what a true rate of 5 % exceeds
// once in a thousand runs; with many rows none is, since then a difference that
// is large enough does not come by chance.
func TestFalseAlarms(t *testing.T) {
	check := func(rows, current, runs int) {
		t.Helper()
		rng, alarms, first := rand.New(rand.NewPCG(uint64(rows), uint64(current))), 0, ""
		for range runs {
			if r := judged(draw(rng, rows), draw(rng, current)); len(r.Alarms) > 0 {
				alarms++
				first = r.Alarms[0].String()
			}
		}
		most := 0
		for min(rows, current) < 50_000 && binomialP(most+1, runs, 0.05) > 0.001 {
			most++
		}
		t.Logf("%d against %d rows: %d of %d reports have an alarm", rows, current, alarms, runs)
		assert.LessOrEqual(t, alarms, most, "%d against %d rows, such as %s", rows, current, first)
	}
	check(100, 100, 200)
	check(2000, 100, 60)
	check(1000, 1000, 60)
	check(10_000, 5_000, 8)
	check(100_000, 50_000, claimtest.Runs(3, 20))
	if claimtest.Full() {
		check(1_000_000, 1_000_000, 20)
	}
}

// What sketches blur is not taken for a difference, however many rows there are.
func TestSketchesAreNotSignificant(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	skewed := func(n int) *table.Table {
		v := make([]float64, n)
		for i := range v {
			v[i] = math.Exp(rng.NormFloat64())
		}
		return table.Must(table.Floats("x", v))
	}
	for range 10 {
		r := judged(skewed(400_000), skewed(400_000))
		assert.Greater(t, r.Columns[0].Distribution.P, 0.01, "distance %v", r.Columns[0].Distribution.Statistic)
	}
}

// A difference too small to matter is significant in many rows, and yet gives
// no alarm; one that matters gives one in few rows, too.
func TestAlarmsFollowTheEffect(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	normal := func(n int, mean float64) *table.Table {
		v := make([]float64, n)
		for i := range v {
			v[i] = mean + rng.NormFloat64()
		}
		return table.Must(table.Floats("x", v))
	}
	small := judged(normal(100_000, 0), normal(100_000, 0.08))
	assert.Less(t, small.Columns[0].Distribution.Q, 1e-6)
	assert.Empty(t, small.Alarms)
	for _, n := range []int{100, 1000, 100_000} {
		large := judged(normal(n, 0), normal(n, 1))
		require.Len(t, large.Alarms, 1, n)
		assert.Equal(t, "distribution", large.Alarms[0].Kind)
	}
	assert.Empty(t, judged(normal(5000, 0), normal(99, 3)).Alarms, "99 rows are too few")
}
