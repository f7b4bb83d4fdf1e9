package partition

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/must"
	"example.com/engine/selection"
	"example.com/engine/settings"
	"example.com/engine/table"
)

// parse reads features.yaml.
func parse(t *testing.T, text string) Plan {
	t.Helper()
	cfg := settings.Features[derive.List, Split]{Split: DefaultSplit(), Seed: settings.DefaultSeed}
	require.NoError(t, config.Parse("features.yaml", []byte(text), &cfg))
	return Plan{Derive: cfg.Derive, Split: cfg.Split, Seed: cfg.Seed}
}

// people has n rows, some with nulls. Of the last repeats rows, each is the
// same as an earlier one.
func people(n, repeats int) *table.Table {
	rng := rand.New(rand.NewPCG(5, 6))
	town, name := make([]string, n), make([]string, n)
	income, year := make([]float64, n), make([]float64, n)
	born := make([]int64, n)
	for i := range n {
		town[i] = fmt.Sprint("town ", rng.IntN(20))
		name[i] = fmt.Sprint("name ", i)
		income[i] = math.Exp(rng.NormFloat64())
		year[i] = float64(1950 + rng.IntN(50))
		born[i] = rng.Int64N(1e18)
		if rng.IntN(10) == 0 {
			town[i], income[i], year[i], born[i] = "", math.NaN(), math.NaN(), table.NullTime
		}
		if i >= n-repeats {
			j := rng.IntN(n - repeats)
			town[i], name[i], income[i], year[i], born[i] = town[j], name[j], income[j], year[j], born[j]
		}
	}
	return table.Must(table.Categories("town", town), table.Texts("name", name), table.Floats("income", income),
		table.Floats("year", year), table.Times("born", born))
}

var everySplit = []string{
	"random: {test_size: 0.2}",
	"stratified: {column: income, bins: [0.3, 1, 3], test_size: 0.3}",
	"stratified: {column: income, quantiles: 5}",
	"stratified: {column: town}",
	"stratified: {column: year}",
	"group: {column: town}",
	"group: {column: born}",
	"time: {column: born, test_size: 0.2}",
	"time: {column: born, after: 1990-01-01}",
	"time: {column: year, after: 1990}",
	"time: {column: double, test_size: 0.1}",
	"hash: {columns: [name, income]}",
	"random: {test_size: 0.2, exact: true}",
	"stratified: {column: town, exact: true}",
	"group: {column: town, exact: true}",
	"hash: {columns: [name], exact: true}",
}

func TestEverySplit(t *testing.T) {
	for _, text := range everySplit {
		cfg := parse(t, "derive:\n- sum: {name: double, columns: [year, year]}\nsplit: {"+text+"}")
		rows := people(3000, 500)
		d, err := cfg.Divide(rows)
		require.NoError(t, err, text)
		again := must.Get(cfg.Divide(rows))(t)
		require.Equal(t, d.Test, again.Test, "%s: not the same twice", text)

		// Equal rows are on one side.
		side := map[string]bool{}
		for i := range rows.Len() {
			key := ""
			for _, c := range rows.Columns() {
				key += c.String(i) + "\t"
			}
			test, seen := side[key]
			require.True(t, !seen || test == d.Test[i], "%s: row %d and an earlier one, its equal, are parted", text, i)
			side[key] = d.Test[i]
		}
		require.Equal(t, 500, d.Repeats.Rows, text)
	}
}

func TestSeedMatters(t *testing.T) {
	rows := people(1000, 0)
	for _, text := range []string{"random", "{stratified: {column: town}}", "{group: {column: town}}"} {
		one := must.Get(parse(t, "seed: 1\nsplit: "+text).Divide(rows))(t)
		two := must.Get(parse(t, "seed: 2\nsplit: "+text).Divide(rows))(t)
		require.NotEqual(t, one.Test, two.Test, text)
	}
}

func TestStrataShareAlike(t *testing.T) {
	for _, text := range []string{
		"column: income, bins: [0.3, 1, 3]", "column: income, quantiles: 7", "column: town", "column: year",
	} {
		cfg := parse(t, "split: {stratified: {"+text+", test_size: 0.25, exact: true}}")
		rows := people(4000, 0)
		d, err := cfg.Divide(rows)
		require.NoError(t, err, text)
		f := cfg.Facts(d, rows.Fields(), rows.Width())
		require.Equal(t, 1000, f.TestRows, text)
		total := 0
		for _, s := range f.Strata {
			total += s.Rows
			assert.InDelta(t, float64(s.Rows)/4, s.TestShare*1000, 1, "%s: %s", text, s.Name)
			assert.InDelta(t, s.Share, s.TestShare, 1./1000, "%s: %s", text, s.Name)
			assert.InDelta(t, float64(s.Rows), s.TrainShare*3000+s.TestShare*1000, 1e-9, "%s: %s", text, s.Name)
		}
		require.Equal(t, 4000, total, text)
		require.Equal(t, "null", f.Strata[len(f.Strata)-1].Name, text)
	}
}

func TestGroupsStayTogether(t *testing.T) {
	cfg := parse(t, "split: {group: {column: town, exact: true}}")
	rows := people(3000, 0)
	d := must.Get(cfg.Divide(rows))(t)
	town, side, alone := rows.Column("town"), map[string]bool{}, map[bool]int{}
	for i := range rows.Len() {
		if town.IsNull(i) {
			alone[d.Test[i]]++
			continue
		}
		test, seen := side[town.String(i)]
		require.True(t, !seen || test == d.Test[i], town.String(i))
		side[town.String(i)] = d.Test[i]
	}
	require.Positive(t, alone[true], "rows without a group are no group together")
	require.Positive(t, alone[false])
	f := cfg.Facts(d, rows.Fields(), rows.Width())
	require.InDelta(t, 0.2, f.TestShare, 0.03) // half a town
	require.Equal(t, 20+alone[true]+alone[false], f.Groups.Train+f.Groups.Test)
}

func TestTheLatest(t *testing.T) {
	check := func(text, from string, after func(i int) bool) {
		t.Helper()
		rows := people(2000, 0)
		rows.Column("born").Times[7] = 0 // 1970-01-01 is no null
		d := must.Get(parse(t, "split: {time: {"+text+"}}").Divide(rows))(t)
		for i, test := range d.Test {
			require.Equal(t, after(i), test, "row %d", i)
		}
		if from != "" {
			require.Equal(t, from, d.From)
		}
		require.Len(t, d.Warnings, 1)
		require.Regexp(t, `^\d+ rows have no (born|year) and are training rows$`, d.Warnings[0])
	}
	rows := people(2000, 0)
	born, year := rows.Column("born"), rows.Column("year")
	born.Times[7] = 0
	const day = 86_400_000_000_000
	check("column: born, after: 1980-01-01", "", func(i int) bool { return born.Times[i] > 3652*day })
	check("column: born, after: 1980-01-01T12:00:00Z", "", func(i int) bool { return born.Times[i] > 3652*day+day/2 })
	check("column: year, after: 1989.5", "1990", func(i int) bool { return year.Floats[i] > 1989.5 })

	// A share of the rows, and all of the first moment.
	d := must.Get(parse(t, "split: {time: {column: year, test_size: 0.31}}").Divide(rows))(t)
	n, first := 0, math.Inf(1)
	for i, test := range d.Test {
		if test {
			n++
			first = min(first, year.Floats[i])
		}
	}
	require.GreaterOrEqual(t, n, 620)
	require.Less(t, n, 620+60) // about 36 rows a year
	for i, test := range d.Test {
		require.Equal(t, year.Floats[i] >= first, test)
	}
}

// Copies follow the row that they repeat.
func TestCopiesFollow(t *testing.T) {
	rows := table.Must(
		table.Floats("x", []float64{0, 0, 2, 2, 4, 5, 0}),
		table.Categories("y", []string{"a", "a", "", "", "b", "a", "a"}),
	)
	r := findRepeats(rows, "y")
	require.Equal(t, selection.Repeats{Rows: 3, Agreement: 1, Together: true}, r.Repeats)
	test := []bool{true, false, false, true, false, true, true}
	require.Equal(t, 2, r.straddling(test))
	r.follow(test)
	require.Equal(t, []bool{true, true, false, false, false, true, true}, test)
	require.Equal(t, 2, r.Moved)
	require.Zero(t, r.straddling(test))
}

// Rows of two coarse columns are alike by chance. A split that kept those together
// which have one target, too, would make the test rows contradict the training
// rows: where most of the one said yes, most of the other said no.
func TestRowsAlikeByChance(t *testing.T) {
	const n = 2000
	rng := rand.New(rand.NewPCG(3, 4))
	a, b, y := make([]string, n), make([]float64, n), make([]string, n)
	chance := map[string]float64{}
	for i := range n {
		a[i], b[i] = fmt.Sprint("a", rng.IntN(4)), float64(rng.IntN(5))
		key := fmt.Sprint(a[i], b[i])
		if _, ok := chance[key]; !ok {
			chance[key] = rng.Float64()
		}
		y[i] = map[bool]string{true: "yes", false: "no"}[rng.Float64() < chance[key]]
	}
	rows := table.Must(table.Categories("a", a), table.Floats("b", b), table.Categories("y", y))
	for _, text := range []string{"random", "{stratified: {column: y}}"} {
		cfg := parse(t, "split: "+text)
		cfg.Target = "y"
		d := must.Get(cfg.Divide(rows))(t)
		require.False(t, d.Repeats.Together)
		require.Equal(t, n-20, d.Repeats.Rows)
		require.InDelta(t, n/5, len(d.Rows(true)), 4*18) // four standard deviations

		yes := func(test bool) map[string]float64 {
			sum, count := map[string]float64{}, map[string]float64{}
			for _, i := range d.Rows(test) {
				key := fmt.Sprint(a[i], b[i])
				count[key]++
				sum[key] += map[string]float64{"yes": 1}[y[i]]
			}
			for key := range sum {
				sum[key] /= count[key]
			}
			return sum
		}
		train, test := yes(false), yes(true)
		require.Len(t, test, 20, "every kind of row is tested")
		for key := range test {
			require.InDelta(t, train[key], test[key], 0.45, key)
		}
	}
}

func TestTooManyStrata(t *testing.T) {
	_, err := parse(t, "split: {stratified: {column: income}}").Divide(people(150, 0))
	require.ErrorContains(t, err, `split: stratified: "income" has 1`)
	require.ErrorContains(t, err, "different numbers, too many for a stratum each: give bins or quantiles")
}

func TestAllRowsAlike(t *testing.T) {
	rows := people(10, 0).Take(make([]int, 50))
	_, err := parse(t, "").Divide(rows)
	require.EqualError(t, err, "split: all of the 50 rows end up on one side, since 49 repeat another: `drop_duplicates: true` of data.yaml takes them out")
}

func TestBins(t *testing.T) {
	c := binned([]float64{0, 1.5, 1.6, 3, 7, math.NaN(), -1}, []float64{1.5, 3, 6})
	require.Equal(t, []int{0, 0, 1, 1, 3, 4, 0}, c.Codes)
	require.Equal(t, []string{"up to 1.5", "1.5 to 3", "3 to 6", "above 6", "null"}, c.Names)
}
