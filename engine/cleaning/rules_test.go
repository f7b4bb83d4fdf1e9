package cleaning

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/schema"
	"example.com/engine/table"
)

func init() {
	Register("small_houses", smallHouses)
	Register("read_prices", readPrices)
}

// smallHouses keeps the houses below 100.
func smallHouses(df dataframe.DataFrame) dataframe.DataFrame {
	return df.Filter(dataframe.F{Colname: "size", Comparator: series.Less, Comparando: 100.0})
}

// readPrices takes the currency from "$1,200", a column that is read as_text.
func readPrices(df dataframe.DataFrame) dataframe.DataFrame {
	prices := df.Col("price")
	return df.Mutate(series.New(prices.Map(func(e series.Element) series.Element {
		e = e.Copy()
		if !e.IsNA() {
			e.Set(strings.NewReplacer("$", "", ",", "").Replace(e.String()))
		}
		return e
	}), series.String, "price"))
}

func TestRules(t *testing.T) {
	found, _ := runRules(t, "price,size,note\n")
	require.Equal(t, 0, found.RowsRead)

	v, out := runRules(t, "price,size,note\n\"$1,200\",10,a\n,20,b\n$5,300,c\n$7,40,d\n-1,50,\n")
	require.Equal(t, "price,size\n1200,10\n7,40\n-1,50\n", out)
	require.Equal(t, []schema.Drop{
		{Reason: "rule small_houses", Rows: 1}, {Reason: "rule read_prices", Rows: 0}, {Reason: "the target is null", Rows: 1},
	}, v.Dropped)
	require.Equal(t, []schema.Example{{Row: 5, Line: 6, Value: "-1"}}, v.Errors()[0].First)
}

// runRules cleans the text of a raw file by the two rules.
func runRules(t *testing.T, raw string) (*schema.Validation, string) {
	path := filepath.Join(t.TempDir(), "raw.csv")
	require.NoError(t, os.WriteFile(path, []byte(raw), 0o644))
	sch := &schema.Schema{Target: "price", Columns: []schema.Column{
		{Name: "price", Type: schema.Number, Min: new(float64)}, {Name: "size", Type: schema.Integer},
	}}
	var b bytes.Buffer
	w := must.Get(table.NewWriter(&b, "csv", sch.Fields()))(t)
	cfg := Default()
	require.NoError(t, config.Parse("data.yaml", []byte("rules: [small_houses, read_prices]\nas_text: [price]"), &cfg))
	c := must.Get(New(cfg, sch))(t)
	v := must.Get(c.Clean(context.Background(), path, w))(t)
	return v, b.String()
}

func TestRuleNames(t *testing.T) {
	refused := func(text, want string) {
		t.Helper()
		cfg := Default()
		require.EqualError(t, config.Parse("data.yaml", []byte(text), &cfg), want)
	}
	refused("rules:\n  - read_prices\n  - small_house\n",
		`data.yaml:3:5: rules[1]: unknown rule "small_house"; did you mean "small_houses"?`)
	refused("rules: [x]", `data.yaml:1:9: rules[0]: unknown rule "x"; allowed: read_prices, small_houses`)
	refused("rules: [{x: 1}]", `data.yaml:1:9: rules[0]: expected a text, got keys with values`)

	require.PanicsWithValue(t, "cleaning: two rules are named small_houses", func() { Register("small_houses", readPrices) })
	require.Panics(t, func() { Register("", readPrices) })
	require.Panics(t, func() { Register("none", nil) })

	all := registry
	defer func() { registry = all }()
	registry = nil
	refused("rules: [x]", `data.yaml:1:9: rules[0]: unknown rule "x"; no rule is registered`)
}

// A stage depends on the names of its rules, and on their order.
func TestRulesInRecord(t *testing.T) {
	text := must.Get(config.Canonical([]Rule{{"b", smallHouses}, {"a", nil}}))(t)
	require.JSONEq(t, `["b", "a"]`, string(text))
}

// What is kept between chunks does not grow with the rows. Kept whole, the
// longer file would take 46 MB more; blocks that are read ahead, up to 14 MB
// on a busy machine, make some of the difference that is allowed.
func TestMemory(t *testing.T) {
	short, long := liveHeap(t, 200_000), liveHeap(t, 4_000_000)
	require.Less(t, long, short+24<<20)
}

// liveHeap returns the most bytes that are reachable after any chunk.
func liveHeap(t *testing.T, rows int) (most uint64) {
	path := filepath.Join(t.TempDir(), "raw.csv")
	writeRows(t, path, rows)
	sch := &schema.Schema{Target: "price", Columns: []schema.Column{
		{Name: "price", Type: schema.Number}, {Name: "place", Type: schema.Category},
	}}
	w := must.Get(table.NewWriter(io.Discard, "csv", sch.Fields()))(t)
	c := must.Get(New(Default(), sch))(t)
	c.Progress = func(int64) {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}
	v := must.Get(c.Clean(context.Background(), path, w))(t)
	require.Equal(t, rows, v.Rows)
	return most
}

func writeRows(t *testing.T, path string, rows int) {
	data := []byte("price,place\n")
	for i := range rows {
		data = fmt.Appendf(data, "%d.5,coast\n", i%1000)
	}
	require.NoError(t, os.WriteFile(path, data, 0o644))
}
