package drift

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/engine/claimtest"
	"example.com/engine/table"
)

// draws are kinds of columns by what draws a value of them. In categories and texts, the set has so many different
// ones, which are equally frequent (flat) or as the words of a language (Zipf).
func draws() map[string]func(*rand.Rand) any {
	flat := func(n int) func(*rand.Rand) int { return func(rng *rand.Rand) int { return rng.IntN(n) } }
	zipf := func(n int) func(*rand.Rand) int { // P(k) falls as 1/k
		return func(rng *rand.Rand) int { return int(math.Exp(rng.Float64()*math.Log(float64(n)+1))) - 1 }
	}
	level := func(of func(*rand.Rand) int) func(*rand.Rand) any {
		return func(rng *rand.Rand) any { return fmt.Sprint("level ", of(rng)) }
	}
	code := func(of func(*rand.Rand) int) func(*rand.Rand) any {
		return func(rng *rand.Rand) any { return text(fmt.Sprintf("A%05d", of(rng))) }
	}
	return map[string]func(*rand.Rand) any{
		"normal":            func(rng *rand.Rand) any { return rng.NormFloat64() },
		"skewed":            func(rng *rand.Rand) any { return math.Exp(2 * rng.NormFloat64()) },
		"counts":            func(rng *rand.Rand) any { return math.Floor(3 * rng.ExpFloat64()) },
		"constant":          func(*rand.Rand) any { return 7.0 },
		"5 levels":          level(flat(5)),
		"1000 levels":       level(flat(1000)),
		"3000 levels":       level(flat(3000)),
		"30,000 levels":     level(flat(30_000)),
		"Zipf, 1000 levels": level(zipf(1000)),
		"Zipf, 3000 levels": level(zipf(3000)),
		"Zipf, 30,000":      level(zipf(30_000)),
		"codes":             code(flat(900)),
		"Zipf codes":        code(zipf(30_000)),
		"ids":               func(rng *rand.Rand) any { return text(fmt.Sprintf("%016x", rng.Uint64())) },
		"sentences":         func(rng *rand.Rand) any { return sentence(rng, zipf(500)) },
	}
}

type text string

func sentence(rng *rand.Rand, word func(*rand.Rand) int) text {
	var b strings.Builder
	for range 3 + rng.IntN(10) {
		fmt.Fprintf(&b, "%x ", uint32(word(rng)+1)*2654435761)
	}
	return text(b.String())
}

// column makes n values of a kind.
func column(rng *rand.Rand, n int, draw func(*rand.Rand) any) *table.Table {
	var numbers []float64
	var levels, texts []string
	for range n {
		switch v := draw(rng).(type) {
		case float64:
			numbers = append(numbers, v)
		case string:
			levels = append(levels, v)
		case text:
			texts = append(texts, string(v))
		}
	}
	switch {
	case numbers != nil:
		return table.Must(table.Floats("x", numbers))
	case levels != nil:
		return table.Must(table.Categories("x", levels))
	}
	return table.Must(table.Texts("x", texts))
}

// significant compares two columns, of which any difference is large enough.
func significant(reference, current *table.Table) *Report {
	s := Defaults()
	s.KS, s.Wasserstein, s.PSI, s.JensenShannon, s.UnseenShare = 0, 0, 0, 0, 0
	r := Of(reference).Compare(Of(current), Options{Reference: "reference", Current: "current", Settings: s})
	r.Judge()
	return r
}

// Two halves of the same rows give an alarm in at most 5 of 100 reports, whatever the kind of column, the number of
// different values and the number of rows, also where every difference were large enough to be one.
func TestClaimFalseAlarms(t *testing.T) {
	worst, name, runs, all, alarms := 0.0, "", claimtest.Runs(40, 100), 0, 0
	sizes := [][2]int{{150, 150}, {2000, 300}, {3000, 3000}}
	if claimtest.Full() {
		sizes = append(sizes, [2]int{300, 3000}, [2]int{20_000, 10_000})
	}
	for kind, draw := range draws() {
		for _, rows := range sizes {
			rng, found := rand.New(rand.NewPCG(uint64(rows[0]), 9)), 0
			n := runs
			if rows[0] > 1000 && !claimtest.Full() {
				n = 12
			}
			for range n {
				if r := significant(column(rng, rows[0], draw), column(rng, rows[1], draw)); len(r.Alarms) > 0 {
					found++
				}
			}
			t.Logf("%s, %d and %d rows: %d of %d", kind, rows[0], rows[1], found, n)
			assert.Greater(t, binomialP(found, n, 0.05), 1e-4, "%s, %d and %d rows: %d of %d", kind, rows[0], rows[1], found, n)
			if share := float64(found) / float64(n); share > worst {
				worst, name = share, kind
			}
			all, alarms = all+n, alarms+found
		}
	}
	t.Logf("the worst: %s, %.3g", name, worst)
	se := math.Sqrt(0.05 * 0.95 / float64(all))
	claimtest.Within(t, "any alarm between halves, by significance alone", float64(alarms)/float64(all), 0, 0.05+3*se, all)
}

// Changes that matter are found by the default settings, in 1000 rows against 3000.
func TestClaimDriftFound(t *testing.T) {
	all := draws()
	also := func(kind string, share float64, other any) func(*rand.Rand) any {
		return func(rng *rand.Rand) any {
			if rng.Float64() < share {
				return other
			}
			return all[kind](rng)
		}
	}
	renamed := func(kind, by string) func(*rand.Rand) any {
		return func(rng *rand.Rand) any {
			switch v := all[kind](rng).(type) {
			case text:
				return text(by) + v[1:]
			default:
				return by + v.(string)[1:]
			}
		}
	}
	changes := map[string]struct {
		kind  string
		other func(*rand.Rand) any
	}{
		"a mean moved by 0.3 deviations": {"normal", func(rng *rand.Rand) any { return 0.3 + rng.NormFloat64() }},
		"a constant, another":            {"constant", func(*rand.Rand) any { return 8.0 }},
		"a constant, 8 % another":        {"constant", also("constant", 0.08, 8.0)},
		"a new level of 10 %, of 5":      {"5 levels", also("5 levels", 0.1, "new")},
		"a new level of 10 %, of 3000":   {"3000 levels", also("3000 levels", 0.1, "new")},
		"a new level of 10 %, of 30,000": {"30,000 levels", also("30,000 levels", 0.1, "new")},
		"a new level of 10 %, Zipf":      {"Zipf, 30,000", also("Zipf, 30,000", 0.1, "new")},
		"all levels others, 1000":        {"1000 levels", renamed("1000 levels", "L")},
		"all levels others, 3000":        {"3000 levels", renamed("3000 levels", "L")},
		"all levels others, Zipf":        {"Zipf, 3000 levels", renamed("Zipf, 3000 levels", "L")},
		"all codes others":               {"codes", renamed("codes", "B")},
		"all codes others, Zipf":         {"Zipf codes", renamed("Zipf codes", "B")},
		"ids of other letters":           {"ids", func(rng *rand.Rand) any { return text(fmt.Sprintf("%016d", rng.Uint64()%1e16)) }},
		"other sentences": {"sentences", func(rng *rand.Rand) any {
			return text(strings.ToUpper(string(sentence(rng, func(r *rand.Rand) int { return r.IntN(500) }))))
		}},
	}
	runs, rng, least := claimtest.Runs(4, 50), rand.New(rand.NewPCG(7, 8)), 1.0
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		c, n := changes[name], 0
		for range runs {
			if r := judged(column(rng, 3000, all[c.kind]), column(rng, 1000, c.other)); len(r.Alarms) > 0 {
				n++
			} else {
				t.Logf("%s: psi %v %+v %+v %+v", name, *r.Columns[0].PSI, r.Columns[0].Distribution, r.Columns[0].Content, r.Columns[0].UnseenTest)
			}
		}
		share := float64(n) / float64(runs)
		t.Logf("%s: %.3g", name, share)
		least = min(least, share)
	}
	claimtest.Within(t, "changes found, by the kind found least", least, 0.95, 1, runs*len(changes))
}
