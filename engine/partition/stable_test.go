package partition

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/claimtest"
	"example.com/engine/must"
	"example.com/engine/table"
)

// drawnSplits are those of which a row's side depends on the row, its key or its
// group alone, or on its time.
var drawnSplits = []string{
	"random: {test_size: 0.2}", "stratified: {column: income, bins: [0.3, 1, 3]}", "stratified: {column: town, test_size: 0.3}",
	"group: {column: town}", "group: {column: double}", "hash: {columns: [name]}", "time: {column: year, after: 1990}",
}

// side tells for each content how many of its rows are on each side, since which
// of rows that are equal is which can't be told.
func sides(t *testing.T, p Plan, rows *table.Table) map[string][2]int {
	t.Helper()
	d := must.Get(p.Divide(rows))(t)
	out := map[string][2]int{}
	for i, test := range d.Test {
		var cells []string
		for _, c := range rows.Columns() {
			cells = append(cells, c.String(i))
		}
		n := out[strings.Join(cells, "\t")]
		n[map[bool]int{true: 1}[test]]++
		out[strings.Join(cells, "\t")] = n
	}
	return out
}

// No row changes sides when the table grows, is sorted otherwise, or loses rows;
// when a column is derived, or the machine has other processors.
func TestNoRowChangesSides(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, text := range drawnSplits {
		p := parse(t, "derive:\n- sum: {name: double, columns: [year, year]}\nsplit: {"+text+"}")
		p.Target = "income"
		rows := people(3000, 100)
		before := sides(t, p, rows)
		stay := func(what string, now map[string][2]int) {
			t.Helper()
			for content, n := range now {
				was, known := before[content]
				require.True(t, !known || n[0] <= was[0] && n[1] <= was[1], "%s, %s: %q was %v and is %v", text, what, content, was, n)
			}
		}
		order := rng.Perm(rows.Len())
		require.Equal(t, before, sides(t, p, rows.Take(order)), "%s: in another order", text)
		stay("fewer rows", sides(t, p, rows.Take(order[:2000])))
		stay("three rows less", sides(t, p, rows.Take(order[3:])))

		more := table.Concat(people(500, 0), rows.Take(order))
		for i := range 500 { // other people, some alike in all but the target
			more.Column("name").Texts[i] = fmt.Sprint("new ", i)
			if i < 20 {
				for _, c := range []string{"town", "name", "year", "born"} {
					copyCell(more.Column(c), i, 600+i)
				}
			}
		}
		stay("more rows", sides(t, p, more))

		p.Derive = parse(t, "derive:\n- sum: {name: double, columns: [year, year]}\n- log: {name: log_income, column: year}").Derive
		require.Equal(t, before, sides(t, p, rows), "%s: with a derived column", text)
		was := runtime.GOMAXPROCS(1)
		require.Equal(t, before, sides(t, p, rows), "%s: on one processor", text)
		runtime.GOMAXPROCS(was)
		for _, format := range []string{"csv", "parquet"} {
			require.Equal(t, before, sides(t, p, roundTrip(t, rows, format)), "%s: %s", text, format)
		}
	}
}

// Of rows that are alike by chance, too, no other one moves.
func TestNoRowAlikeByChanceChangesSides(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 9))
	a, y := make([]float64, 1000), make([]string, 1000)
	for i := range a {
		a[i], y[i] = float64(rng.IntN(40)), []string{"no", "yes"}[rng.IntN(2)]
	}
	rows := table.Must(table.Floats("a", a), table.Categories("y", y))
	for _, text := range []string{"random", "{stratified: {column: y}}", "{group: {column: a}}"} {
		p := parse(t, "split: "+text)
		p.Target = "y"
		all := sides(t, p, rows)
		require.Equal(t, all, sides(t, p, rows.Take(rng.Perm(1000))), text)
		for content, n := range sides(t, p, rows.Take(rng.Perm(1000)[:700])) {
			require.True(t, n[0] <= all[content][0] && n[1] <= all[content][1], "%s: %q was %v and is %v", text, content, all[content], n)
		}
	}
}

func copyCell(c *table.Column, to, from int) {
	switch c.Kind {
	case table.Float:
		c.Floats[to] = c.Floats[from]
	case table.Category:
		c.Codes[to] = c.Codes[from]
	case table.Time:
		c.Times[to] = c.Times[from]
	default:
		c.Texts[to] = c.Texts[from]
	}
}

// The shares of drawn rows, of all and of each stratum, are those of a binomial
// draw around test_size.
func TestClaimSharesOfTheTest(t *testing.T) {
	seeds := claimtest.Runs(40, 2000)
	rows := people(1000, 0)
	for _, c := range []struct{ name, split string }{
		{"random", "{random: {test_size: 0.2}}"}, {"stratified", "{stratified: {column: town, test_size: 0.2}}"}, {"key", "{hash: {columns: [name]}}"},
	} {
		var all, strata moments
		for seed := range seeds {
			p := parse(t, "split: "+c.split)
			p.Seed = uint64(seed)
			d := must.Get(p.Divide(rows))(t)
			all.add(float64(len(d.Rows(true))), 1000)
			if d.Strata == nil {
				continue
			}
			test := d.Strata.sizes(d.Test)
			for k, n := range d.Strata.sizes(nil) {
				if n > 0 {
					strata.add(float64(test[k]), float64(n))
				}
			}
		}
		all.within(t, c.name+" split: test rows, standard errors from test_size")
		if strata.n > 0 {
			strata.within(t, c.name+" split: test rows of strata, standard errors from test_size")
		}
	}
}

// moments sums up counts of test rows as standard errors from the fifth of rows
// that is wanted.
type moments struct{ n, sum, squares float64 }

func (m *moments) add(test, rows float64) {
	z := (test - 0.2*rows) / math.Sqrt(0.16*rows)
	m.n++
	m.sum += z
	m.squares += z * z
}

// within holds mean and variance to those of a standard normal, four standard
// errors wide.
func (m *moments) within(t *testing.T, claim string) {
	t.Helper()
	claimtest.Within(t, claim, m.sum/m.n, -4/math.Sqrt(m.n), 4/math.Sqrt(m.n), int(m.n))
	wide := 4 * math.Sqrt(2/m.n)
	claimtest.Within(t, claim+", squared", m.squares/m.n, 1-wide, 1+wide, int(m.n))
}

// What a draw of groups comes to is told, with figures.
func TestSharesAreTold(t *testing.T) {
	town := slices.Concat(slices.Repeat([]string{"big"}, 800), slices.Repeat([]string{"mid"}, 130))
	n := make([]float64, 1000)
	for i := range n {
		n[i] = float64(i)
		if i >= 930 {
			town = append(town, fmt.Sprint("town ", i/2))
		}
	}
	rows := table.Must(table.Categories("town", town), table.Floats("n", n))
	check := func(split string, want ...string) {
		t.Helper()
		d, err := parse(t, "split: "+split).Divide(rows)
		if err != nil {
			require.Equal(t, want, []string{err.Error()})
			return
		}
		require.Equal(t, want, d.Warnings)
	}
	giant := `town "big" has 800 of 1000 rows, more than 1.5 times the share of the test, and is for training alone`
	check("{group: {column: town}}", giant,
		"18 of 1000 rows are test rows, a share of 0.018 where test_size is 0.2: write `exact: true` beside test_size, or another seed")
	check("{hash: {columns: [town]}}", giant,
		"18 of 1000 rows are test rows, a share of 0.018 where test_size is 0.2: write `exact: true` beside test_size, or another seed")
	check("{group: {column: town, exact: true}}", giant)
	check("{group: {column: town, test_size: 0.001}}", "group split: each of the 37 groups has more than 1.5 times the 1 rows wanted for the test: split by a column of more groups, or write a larger test_size")
	check("{stratified: {column: town}}", "28 strata of town have rows on one side alone, as town 465 (2 rows), town 467 (2 rows), town 468 (2 rows): write `exact: true` beside test_size")
	check("random")
	check("{time: {column: n, test_size: 0.2}}")
	rows = table.Must(table.Categories("town", town), table.Floats("n", slices.Concat(n[:400], repeat(1000, 600))))
	check("{time: {column: n, test_size: 0.2}}", "600 of 1000 rows are test rows, a share of 0.600 where test_size is 0.2: "+
		"rows of one moment stay together, and rows without one are training rows: write `after` and the last moment of training")
}
