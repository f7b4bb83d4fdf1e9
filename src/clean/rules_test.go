package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/stretchr/testify/require"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// The tests have rules of their own: those of the project are for its table.
func TestMain(m *testing.M) {
	rules = nil
	os.Exit(m.Run())
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
	p := newProject(t)
	p.raw("price,size,note\n")
	require.Equal(t, 0, runRules(t, p, io.Discard).RowsRead)

	p.raw("price,size,note\n\"$1,200\",10,a\n,20,b\n$5,300,c\n$7,40,d\n-1,50,\n")
	var b bytes.Buffer
	v := runRules(t, p, &b)
	require.Equal(t, "price,size\n1200,10\n7,40\n-1,50\n", b.String())
	require.Equal(t, []schema.Drop{{Reason: "rules.go", Rows: 1}, {Reason: "the target is null", Rows: 1}}, v.Dropped)
	require.Equal(t, []schema.Example{{Row: 5, Line: 6, Value: "-1"}}, v.Errors()[0].First)
}

func runRules(t *testing.T, p *project, out io.Writer) *schema.Validation {
	sch := &schema.Schema{Target: "price", Columns: []schema.Column{
		{Name: "price", Type: schema.Number, Min: new(float64)}, {Name: "size", Type: schema.Integer},
	}}
	w, err := table.NewWriter(out, "csv", sch.Fields())
	require.NoError(t, err)
	cfg := defaults()
	cfg.AsText = []string{"price"}
	c := &cleaner{settings: cfg, schema: sch, rules: []rule{smallHouses, readPrices}, progress: func(int64) {}}
	v, err := c.run(context.Background(), p.dir+"/data/raw/raw.csv", w)
	require.NoError(t, err)
	return v
}
