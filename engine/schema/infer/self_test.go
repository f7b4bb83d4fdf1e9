package infer

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// messy is a table of what real ones are full of.
func messy(n int) string {
	var b strings.Builder
	b.WriteString("id,when,day,town,price,tail,score,age,flag,const,copy,empty,zip,mixed,note,percent,target\n")
	for i := range n {
		mixed := fmt.Sprint(i * 7 % 500)
		if i%33 == 0 {
			mixed = "n.k."
		}
		age := 18 + i*13%70
		if i%50 == 0 {
			age = 9999
		}
		price := fmt.Sprintf("%d.25", 50+i*i%97)
		tail := i % 40
		tail = tail * tail * tail * (1 + i%199/198*300)
		fmt.Fprintf(&b, "%d,2021-%02d-%02d,%d/%d/2021,%s,%s,%d,%d,%d,%d,7,%s,,%05d,%s,some words no. %d,%d%%,%d\n",
			1000+i, 1+i*12/n, 1+i%28, 1+i%12, 13+i%15, []string{"Aix", "Bor", "Cos"}[i%3], price, tail, i%101-i%20/19*(i%101+1), age, i%2,
			price, i*37%99999, mixed, i, i%100, i*i%1009)
	}
	return b.String()
}

// A schema that was guessed refuses nothing of the table that it was guessed
// from, and warns of what it noted as doubtful alone.
func TestInferredSchemaAcceptsItsTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "messy.csv")
	require.NoError(t, os.WriteFile(path, []byte(messy(2000)), 0o600))
	i := must.Get(Table(path, Options{Target: "target"}))(t)
	var text strings.Builder
	require.NoError(t, i.WriteYAML(&text))
	s := &schema.Schema{}
	require.NoError(t, config.Parse("schema.yaml", []byte(text.String()), s))

	r := must.Get(table.Open(path, table.Options{Fields: s.Fields(), Nulls: i.Nulls, KeepBad: true}))(t)
	defer r.Close()
	c := schema.NewChecker(s)
	for rows, err := range r.Chunks() {
		require.NoError(t, err)
		c.Add(rows)
	}
	result := must.Get(c.Result())(t)
	assert.Empty(t, result.Errors())
	var warned []string
	for _, v := range result.Warnings() {
		warned = append(warned, v.Column+" "+v.Check)
	}
	assert.Equal(t, []string{"score min", "age max"}, warned)
	for column, note := range map[string]string{
		"tail": "a heavy tail", "score": `"-1" (`, "age": `"9999" (`, "const": "one value", "copy": `the same as "price"`, "empty": "no values at all",
		"id": "an id", "mixed": `"n.k." (61)`, "note": "words:", "zip": "leading zeros", "percent": "percent sign",
	} {
		_, f := i.Column(column)
		assert.Contains(t, fmt.Sprint(f.Notes), note, column)
	}
	_, age := i.Column("age")
	assert.NotContains(t, fmt.Sprint(age.Notes), "heavy tail", "the tail is the sentinel")
}
