package configure

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/project"
	"example.com/engine/results"
	"example.com/engine/schema"
)

// sales is a table in the order of time, with an id, a constant and words.
func sales(n int) string {
	var b strings.Builder
	b.WriteString("sale_id,sold,town,area,currency,note,price\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,2023-%02d-%02d,%s,%d.5,EUR,some words about house %d,%d\n",
			7000+i*3, 1+i*12/n, 1+i*28*12/n%28, []string{"Aix", "Bor", "Cos"}[i%3], 40+i*37%90, i, 1000*(40+i*37%90)+5000*(i%3)+i*7%100)
	}
	return b.String()
}

// From a table to settings that load, and to words on what was found.
func TestConfigure(t *testing.T) {
	dir, file := empty(t), filepath.Join(t.TempDir(), "sales.csv")
	require.NoError(t, os.WriteFile(file, []byte(sales(240)), 0o600))
	var stdout, stderr bytes.Buffer
	require.Equal(t, 0, Run([]string{"-dir", dir, "-data", file, "-as", "../homes"}, &stdout, &stderr), stderr.String())
	assert.Empty(t, stderr.String())
	said := stdout.String()
	assert.Contains(t, said, "configure: 240 rows, 7 columns; regression \"price\"\n")
	assert.Contains(t, said, "configure: left out: sale_id, currency, note\n")
	assert.Contains(t, said, "configure: test rows are the latest by \"sold\"\n")
	assert.Contains(t, said, "\nNext:\n  cd ../homes\n  make all ")

	var sch schema.Schema
	require.NoError(t, config.Load(filepath.Join(dir, "configs/schema.yaml"), &sch))
	assert.Equal(t, "price", sch.Target)
	assert.Len(t, sch.Columns, 4)
	learned := model.DefaultConfig()
	require.NoError(t, config.Load(filepath.Join(dir, "configs/model.yaml"), &learned))
	assert.Equal(t, model.Regression, learned.Task)
	made, by, err := load(dir)
	require.NoError(t, err)
	assert.Equal(t, "time", by.Split.Kind)
	assert.NotEmpty(t, made.of.Derive)
	read := func(name string) string {
		text := must.Get(os.ReadFile(filepath.Join(dir, name)))(t)
		return string(text)
	}
	assert.Contains(t, read("configs/serve.yaml"), "name: \"homes\"\n")
	assert.Contains(t, read("README.md"), "Predicts `price` (a number) from a table of 240 rows and 7 columns")
	assert.Contains(t, read("data/external/README.md"), "\n## sales.csv\n")
	assert.Equal(t, sales(240), read("data/external/sales.csv"))

	again := stdout.String()
	stdout.Reset()
	require.Equal(t, 0, Run([]string{"-dir", dir, "-data", filepath.Join(dir, "data/external/sales.csv"), "-as", "../homes"}, &stdout, &stderr))
	assert.Equal(t, again, stdout.String(), "the table that is in the project gives the same")
}

// A command line that says too little ends with 2.
func TestCommandLine(t *testing.T) {
	for _, args := range [][]string{{}, {"-data", "a.csv", "b.csv"}, {"-rows", "3"}} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 2, Run(args, &stdout, &stderr), args)
		assert.NotEmpty(t, stderr.String())
	}
}

// planned is the plan for a table whose first 80 rows train, whatever the split.
func planned(t *testing.T, text string) (plan, prepared) {
	t.Helper()
	dir := t.TempDir()
	raw := filepath.Join(dir, "table.csv")
	require.NoError(t, project.Put(dir, "table.csv", []byte(text)))
	found, g, err := understand(raw, "", "")
	require.NoError(t, err)
	o := must.Get(findOrder(raw, found, g.target))(t)
	p := newPlan(found, g, o)
	require.NoError(t, put(dir, dataFiles(origin{}, p)))
	lines := strings.SplitAfter(text, "\n")
	require.NoError(t, project.Put(dir, results.Train, []byte(strings.Join(lines[:81], ""))))
	require.NoError(t, project.Put(dir, results.Test, []byte(lines[0]+strings.Join(lines[81:], ""))))
	made, _, err := load(dir)
	require.NoError(t, err)
	return p, made
}

// Rows in the order of time are not divided by it where some class comes only in
// the last years: a model of the rows before does not know it.
func TestLateClass(t *testing.T) {
	for name, c := range map[string]struct {
		from    int // the first year of the last class; negative: the first without it
		classes int
		late    bool
	}{
		"from the start": {0, 2, false}, "late": {70, 2, true}, "in the test rows": {90, 2, true}, "never again": {-80, 2, true},
		"three from the start": {0, 3, false}, "one of three late": {70, 3, true}, "one of three in the test rows": {95, 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString("year,rain,flood\n")
			for i := range 100 {
				flood := []string{"no", "a little"}[i%(c.classes-1)]
				if i >= c.from && i%3 == 0 && (c.from >= 0 || i < -c.from) {
					flood = "yes"
				}
				fmt.Fprintf(&b, "%d,%d,%s\n", 1900+i, i*7%31, flood)
			}
			p, made := planned(t, b.String())
			require.Equal(t, "year", p.order.time)
			late := must.Get(lacksClass(p, made))(t)
			require.Equal(t, c.late, late)

			p = newPlan(p.found, p.goal, p.order.relaxed())
			features := string(featuresYAML(p))
			assert.Contains(t, features, `stratified: {column: "flood", test_size: 0.2, exact: true}`)
			assert.Contains(t, features, `# The rows go by "year" in time, but some class comes too late`)
			assert.Equal(t, `are drawn at random: some class comes too late by "year"`, p.order.words(p.task))
		})
	}
}

// Groups are not kept whole where a class has rows of one of them only.
func TestLoneClass(t *testing.T) {
	for lone, want := range map[string]bool{"P3": true, "none": false} {
		var b strings.Builder
		b.WriteString("patient_id,dose,reaction\n")
		for i := range 100 {
			id, reaction := fmt.Sprintf("P%d", i*7%20), []string{"none", "mild"}[i%2]
			if id == lone {
				reaction = "severe"
			}
			fmt.Fprintf(&b, "%s,%d,%s\n", id, i*11%37, reaction)
		}
		p, made := planned(t, b.String())
		require.Equal(t, "patient_id", p.order.group)
		got := must.Get(lacksClass(p, made))(t)
		require.Equal(t, want, got, lone)

		p = newPlan(p.found, p.goal, p.order.relaxed())
		assert.Equal(t, []string{"patient_id"}, p.of(leftOut), "it would be learned by heart")
		assert.Contains(t, string(featuresYAML(p)), `some class has rows of too few values to be in the test`)
		again := must.Get(lacksClass(p, made))(t)
		assert.False(t, again, "there is nothing more to forget")
	}
}

// Rows that lack a group are each one by themselves, and leave the others their groups;
// pandas writes numbers of groups as 12.0 where some are missing.
func TestGroupsWithNulls(t *testing.T) {
	for format, missing := range map[string]int{"P%d": 7, "%d": 7, "%d.0": 7, "%d.00": 50} {
		var b strings.Builder
		b.WriteString("patient_id,dose,pressure\n")
		for i := range 200 {
			id := fmt.Sprintf(format, i*7%40)
			if i%missing == 3 {
				id = ""
			}
			fmt.Fprintf(&b, "%s,%d.5,%d\n", id, i*11%37, i*13%101)
		}
		p, _ := planned(t, b.String())
		require.Equal(t, "patient_id", p.order.group, format)
		assert.Equal(t, []string{"patient_id"}, p.of(isGroup))
		assert.Contains(t, string(featuresYAML(p)), `group: {column: "patient_id"`)
	}
}

// A class needs two training rows, one for each of two folds.
func TestTrainedClasses(t *testing.T) {
	text := "dose,reaction\n3,rash\n" + strings.Repeat("1,none\n2,mild\n", 60) + "4,rash\n5,rash\n"
	p, made := planned(t, text)
	require.EqualError(t, checkTrained(p, made), `the class "rash" of the target "reaction" has 3 rows, of which 1 are left to train on `+
		"beside the test rows, and folds need two: bring more rows of it, leave it out of the file, or put rare classes together")
	p, made = planned(t, "dose,reaction\n8,rash\n"+strings.TrimPrefix(text, "dose,reaction\n"))
	require.NoError(t, checkTrained(p, made))
}

// Rows of which each city has one at each month are a panel, in the order of time.
// Once a city comes twice in a month, the order is left to the name of the column.
func TestPanel(t *testing.T) {
	panel := func(repeated string) (*strings.Builder, string) {
		var b strings.Builder
		b.WriteString("month,city,sales\n")
		for i := range 240 {
			fmt.Fprintf(&b, "%d,%s,%d\n", (i*7)%24+1, []string{"Aix", "Bor", "Cos", "Dax", "Elm", "Fos", "Gex", "Huy", "Ixe", "Jau"}[i/24], i*13%101)
		}
		b.WriteString(repeated)
		return &b, filepath.Join(t.TempDir(), "a.csv")
	}
	for repeated, want := range map[string]ordering{
		"":          {time: "month", group: "city", panel: true, why: `each "city" has one row at each "month"`},
		"3,Aix,5\n": {},
	} {
		text, file := panel(repeated)
		require.NoError(t, os.WriteFile(file, []byte(text.String()), 0o600))
		found, g, err := understand(file, "", "regression")
		require.NoError(t, err)
		got := must.Get(findOrder(file, found, g.target))(t)
		assert.Equal(t, want, got)
	}
}

// What gives up its order of time keeps groups that are some without it; a panel's
// are not.
func TestRelaxed(t *testing.T) {
	both := ordering{time: "day", group: "customer", why: "it is"}
	assert.Equal(t, ordering{late: "day", group: "customer", why: `rows of one value of "customer" belong together`}, both.relaxed())
	assert.Equal(t, ordering{late: "day", lone: "customer"}, both.relaxed().relaxed())
	both.panel = true
	assert.Equal(t, ordering{late: "day"}, both.relaxed())
}
