package drift

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/drift"
	"example.com/engine/must"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// ordersSchema is the contract of the orders below.
const ordersSchema = `
target: price
rows: {min: 400, max: 800, severity: warning}
columns:
  - {name: id, type: integer, unique: true}
  - {name: code, type: text, pattern: "^[A-Z]{2}-[0-9]{4}$"}
  - {name: ordered, type: time, ordered: true}
  - {name: shipped, type: time, nullable: true, max_null_share: 0.2}
  - {name: town, type: category, categories: [Aix, Bor, Cos]}
  - {name: weight, type: number, min: 0, max: 200, mean: {min: 45, max: 55}, std: {min: 5, max: 20}}
  - {name: pieces, type: integer, min: 1, max: 50, quantiles: [{at: 0.5, min: 3, max: 8}]}
  - {name: net, type: number, min: 0}
  - {name: gross, type: number, min: 0}
  - {name: price, type: number, min: 0}
rules:
  - {lower: net, upper: gross}
  - {lower: ordered, upper: shipped, severity: warning}
`

// orders draws a header and n records.
func orders(seed uint64, n int) [][]string {
	rng := rand.New(rand.NewPCG(seed, 9))
	records := [][]string{{"id", "code", "ordered", "shipped", "town", "weight", "pieces", "net", "gross", "price"}}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
	for i := range n {
		net := 10 + 5*rng.Float64()
		day := func(late int) string { return fmt.Sprintf("2024-%02d-%02d", 1+(i*10/n+late)%12, 1+late) }
		shipped := day(1)
		if rng.IntN(10) == 0 {
			shipped = ""
		}
		records = append(records, []string{
			fmt.Sprint(int(seed)*10_000 + i), fmt.Sprintf("AB-%04d", rng.IntN(10_000)), day(0), shipped,
			[]string{"Aix", "Bor", "Cos"}[rng.IntN(3)], number(50 + 10*rng.NormFloat64()), fmt.Sprint(1 + rng.IntN(10)),
			number(net), number(net * 1.2), number(100 + 20*rng.NormFloat64()),
		})
	}
	return records
}

// findings names what validation and drift see in a file: "column check". What
// can't be read at all is the error's text.
func findings(t *testing.T, s *schema.Schema, reference *drift.Profile, text string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "orders.csv")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	header, err := table.Header(path, table.Options{})
	if err != nil {
		return []string{err.Error()}
	}
	checker := schema.NewChecker(s)
	checker.Header(header)
	fields := known(s, header)
	profiler := drift.NewProfiler(fields)
	r := must.Get(table.Open(path, table.Options{Fields: fields, KeepBad: true}))(t)
	defer r.Close()
	for rows, err := range r.Chunks() {
		if err != nil {
			return []string{err.Error()}
		}
		checker.Add(rows)
		profiler.Add(rows)
	}
	var found []string
	result := must.Get(checker.Result())(t)
	for _, v := range result.Violations {
		found = append(found, strings.TrimSpace(v.Column+" "+v.Check))
	}
	report := reference.Compare(profiler.Profile(), drift.Options{NotJudged: []string{"id"}, Settings: drift.Defaults()})
	report.Judge()
	for _, a := range report.Alarms {
		found = append(found, a.Column+" drift of "+a.Kind)
	}
	return found
}

func text(records [][]string) string {
	var b strings.Builder
	for _, r := range records {
		b.WriteString(strings.Join(r, ",") + "\n")
	}
	return b.String()
}

// fault is something that goes wrong with a table on its way.
type fault struct {
	name  string
	plant func(r [][]string) [][]string
	want  string
}

// each changes the values of a column in every k-th row.
func each(column, k int, f func(i int, s string) string) func([][]string) [][]string {
	return func(r [][]string) [][]string {
		for i := 1; i < len(r); i += k {
			r[i][column] = f(i, r[i][column])
		}
		return r
	}
}

func to(s string) func(int, string) string { return func(int, string) string { return s } }

// times scales and shifts a number.
func times(factor, plus float64) func(int, string) string {
	return func(_ int, s string) string {
		v, _ := strconv.ParseFloat(s, 64)
		return strconv.FormatFloat(v*factor+plus, 'f', 3, 64)
	}
}

func swap(a, b int, header bool) func([][]string) [][]string {
	return func(r [][]string) [][]string {
		for i := range r {
			if i > 0 || header {
				r[i][a], r[i][b] = r[i][b], r[i][a]
			}
		}
		return r
	}
}

const (
	id = iota
	code
	ordered
	shipped
	town
	weight
	pieces
	net
	gross
	price
)

var faults = []fault{
	{"a null where none may be", each(weight, 200, to("")), "weight null"},
	{"nulls in a fifth of a column", each(weight, 5, to("")), "weight drift of nulls"},
	{"too many nulls", each(shipped, 3, to("")), "shipped null_share"},
	{"a column of nulls", each(price, 1, to("")), "price drift of nulls"},
	{"below the range", each(weight, 300, to("-3")), "weight min"},
	{"above the range", each(pieces, 300, to("51")), "pieces max"},
	{"a sentinel of -1", each(pieces, 100, to("-1")), "pieces min"},
	{"a sentinel of 9999", each(weight, 100, to("9999")), "weight max"},
	{"a sentinel of -999 in the target", each(price, 50, to("-999")), "price min"},
	{"a new category", each(town, 250, to("Dax")), "town category"},
	{"a category in other letters", each(town, 40, func(_ int, s string) string { return strings.ToUpper(s) }), "town drift of unseen"},
	{"a category with a space", each(town, 100, func(_ int, s string) string { return s + " " }), "town category"},
	{"a category that is gone", each(town, 1, func(_ int, s string) string { return strings.Replace(s, "Cos", "Aix", 1) }), "town drift of distribution"},
	{"a code of another form", each(code, 77, to("A-12345")), "code pattern"},
	{"a string in a number", each(weight, 90, to("heavy")), "weight type"},
	{"a number with a unit", each(weight, 1, func(_ int, s string) string { return s + "kg" }), "weight type"},
	{"a decimal comma", each(net, 60, func(_ int, s string) string { return `"` + strings.Replace(s, ".", ",", 1) + `"` }), "net type"},
	{"a fraction in an integer", each(pieces, 120, to("2.5")), "pieces integer"},
	{"a text in a date", each(ordered, 130, to("soon")), "ordered type"},
	{"a date of another form", each(ordered, 1, to("31/12/2024")), "ordered type"},
	{"a day that is none", each(ordered, 140, to("2024-02-30")), "ordered type"},
	{"time going backwards", each(ordered, 150, to("1999-01-01")), "ordered ordered"},
	{"rows in another order", func(r [][]string) [][]string { slices.Reverse(r[1:]); return r }, "ordered ordered"},
	{"shipped before it was ordered", each(shipped, 110, to("2020-01-01")), "ordered order"},
	{"the net above the gross", each(net, 170, to("99")), "net order"},
	{"swapped columns", swap(net, gross, false), "net order"},
	{"columns swapped that look alike", swap(weight, price, false), "weight mean"},
	{"a unit of a thousandth", each(weight, 1, times(1000, 0)), "weight max"},
	{"a unit of a thousand in the target", each(price, 1, times(1000, 0)), "price drift of distribution"},
	{"a unit of pounds", each(weight, 1, times(2.2046, 0)), "weight mean"},
	{"a shifted mean", each(price, 1, times(1, 10)), "price drift of distribution"},
	{"a wider spread", each(weight, 1, times(2.5, -75)), "weight std"},
	{"another median", each(pieces, 1, func(_ int, s string) string { return "1" + s }), "pieces quantile"},
	{"a constant column", each(price, 1, to("100")), "price drift of distribution"},
	{"rounded so far that all are equal", each(net, 1, to("10")), "net drift of distribution"},
	{"duplicated rows", func(r [][]string) [][]string { return append(r, r[len(r)-20:]...) }, "id unique"},
	{"half of the file", func(r [][]string) [][]string { return r[:len(r)/2] }, "rows"},
	{"twice the file", func(r [][]string) [][]string { return append(r, r[1:]...) }, "rows"},
	{"a missing column", func(r [][]string) [][]string {
		for i := range r {
			r[i] = slices.Delete(slices.Clone(r[i]), town, town+1)
		}
		return r
	}, "town missing"},
	{"a renamed column", func(r [][]string) [][]string { r[0][gross] = "total"; return r }, "gross missing"},
	{"a column more", func(r [][]string) [][]string {
		for i := range r {
			r[i] = append(r[i], "x")
		}
		return r
	}, "x extra"},
	{
		"a file that is cut in a record", func(r [][]string) [][]string { r[len(r)-1] = r[len(r)-1][:4]; return r },
		"orders.csv:601: 4 values, but the header names 10 columns",
	},
	{
		"a record more than its columns", func(r [][]string) [][]string { r[300] = append(r[300], "1"); return r },
		"orders.csv:301: 11 values, but the header names 10 columns",
	},
	{"no header", func(r [][]string) [][]string { return r[1:] }, "id missing"},
	{"two columns of a name", func(r [][]string) [][]string { r[0][net] = "gross"; return r }, `two columns are named "gross"`},
}

// Every planted fault is caught and named; a clean sample of the same kind
// raises nothing.
func TestPlantedFaults(t *testing.T) {
	require.GreaterOrEqual(t, len(faults), 30)
	s := &schema.Schema{}
	require.NoError(t, config.Parse("schema.yaml", []byte(ordersSchema), s))
	path := filepath.Join(t.TempDir(), "reference.csv")
	require.NoError(t, os.WriteFile(path, []byte(text(orders(1, 3000))), 0o600))
	rows := must.Get(table.ReadFile(path, table.Options{Fields: s.Fields()}))(t)
	reference := drift.Of(rows)
	for seed := range uint64(20) {
		assert.Empty(t, findings(t, s, reference, text(orders(seed+2, 600))), "clean sample %d", seed)
	}
	for _, f := range faults {
		found := findings(t, s, reference, text(f.plant(orders(2, 600))))
		named := slices.ContainsFunc(found, func(got string) bool { return got == f.want || strings.HasSuffix(got, f.want) })
		assert.True(t, named, "%s: want %q, found %q", f.name, f.want, found)
	}
}
