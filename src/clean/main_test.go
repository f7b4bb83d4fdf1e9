package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/schema"
	"example.com/engine/stage/stagetest"
	"example.com/engine/table"
)

const testSchema = `
target: price
columns:
  - {name: id, type: integer, unique: true}
  - {name: price, type: number, min: 0, max: 100}
  - {name: size, type: number, nullable: true, severity: warning, max: 10}
  - {name: place, type: category, categories: [coast, inland], nullable: true}
  - {name: sold, type: time, nullable: true}
`

// rawFile is what data.yaml names.
const rawFile = "data/raw/raw.csv"

// newProject is a folder with settings and a raw file to come, in which clean is run.
func newProject(t *testing.T) *stagetest.Place {
	p := stagetest.New(t)
	p.Set("schema.yaml", testSchema)
	p.Set("data.yaml", "fetch: {name: raw.csv}\n")
	return p
}

const good = "id,price,size,place,sold\n1,10,1.50,coast,2020-01-01\n2,20,,inland,\n3,30,3,,2020-01-02T10:00:00Z\n"

func TestClean(t *testing.T) {
	p := newProject(t)
	p.Write(rawFile, "\ufeff"+strings.ReplaceAll(good, "\n", "\r\n"))
	require.Zero(t, p.Run("clean", run), p.Stderr)
	require.Equal(t, "clean: 3 rows, 5 columns\n", p.Stdout)
	require.Empty(t, p.Stderr)
	require.Equal(t, strings.Replace(good, "1.50", "1.5", 1), p.Read("data/processed/clean.csv"))

	v := must.Get(schema.ReadValidation(p.Path(schema.ValidationFile)))(t)
	require.Equal(t, "data/raw/raw.csv", v.Source)
	require.Equal(t, 20.0, *v.Columns[1].Mean)
	require.Equal(t, 1, v.Columns[2].Nulls)

	require.Zero(t, p.Run("clean", run))
	require.Equal(t, "clean: up to date\n", p.Stdout)
}

// Columns of another order, semicolons, decimal commas, null markers, spaces,
// columns nobody asked for: all by configuration.
func TestSettings(t *testing.T) {
	p := newProject(t)
	p.Set("data.yaml", `
fetch: {name: raw.csv}
clean:
  comma: ;
  decimal: ","
  nulls: [NA, "-"]
  drop_duplicates: true
  filters:
    - {column: price, at_least: 5}
    - {column: place, not_in: [inland], or_null: true}
    - {column: sold, since: 2020-01-01, or_null: true}
`)
	p.Write(rawFile, "place; note;sold;size;price;id\n coast ;x;NA;1,5;10;1\n"+
		"coast;y;NA;1,5;10;1\n"+ // repeats the first, but for the note
		"coast;;NA;2;NA;2\n"+ // no target
		"coast;;NA;2;4,99;3\n"+ // too cheap
		"inland;;NA;2;10;4\n"+ // elsewhere
		"NA;;2019-12-31;2;10;5\n"+ // too early
		"-;;2020-01-01;-;1e1;6\n")
	require.Zero(t, p.Run("clean", run), p.Stderr)
	require.Equal(t, "id,price,size,place,sold\n1,10,1.5,coast,\n6,10,,,2020-01-01\n", p.Read("data/processed/clean.csv"))
	require.Equal(t, "clean: 2 rows, 5 columns; dropped 1 (the target is null), 1 (filter {column: price, at_least: 5}), "+
		"1 (filter {column: place, not_in: [inland], or_null: true}), 1 (filter {column: sold, since: 2020-01-01, or_null: true}), "+
		"1 (the row repeats an earlier one)\n", p.Stdout)
	require.Equal(t, "clean: warning: column \"note\": not in the schema, passed over\n", p.Stderr)
}

func TestParquetOut(t *testing.T) {
	p := newProject(t)
	p.Set("data.yaml", "fetch: {name: raw.csv}\nclean: {format: parquet}\n")
	p.Write(rawFile, good)
	require.Zero(t, p.Run("clean", run), p.Stderr)
	got := must.Get(table.ReadFile(filepath.Join(p.Work, "data/processed/clean.parquet"), table.Options{}))(t)
	require.Equal(t, []float64{10, 20, 30}, got.Column("price").Floats)
	require.Equal(t, table.Time, got.Column("sold").Kind)
}

// Each refusal is one line with the place, and leaves the good outputs of
// before as they are.
func TestRefusals(t *testing.T) {
	const head = "id,price,size,place,sold\n"
	const first = "clean: data/raw/raw.csv"
	for name, c := range map[string]struct{ raw, want string }{
		"ragged":          {head + "1,10,1,coast,\n2,10,1\n", first + ":3: 3 values, but the header names 5 columns"},
		"quote":           {head + "1,10,1,\"coast,\n", first + ":2: a quoted value does not end"},
		"latin 1":         {head + "1,10,1,coa\xdft,\n", first + ":2: the text is not UTF-8; save the file as UTF-8"},
		"text in number":  {head + "1,abc,1,coast,\n", first + `: column "price": not a number in 1 row (100 %): abc (line 2)`},
		"no date":         {head + "1,10,1,coast,soon\n", first + `: column "sold": not a date or time in 1 row (100 %): soon (line 2)`},
		"unseen category": {head + "1,10,1,moon,\n2,10,1,,\n", first + `: column "place": not one of coast, inland in 1 row (50 %): moon (line 2)`},
		"below":           {head + "1,10,1,,\n2,-1,1,,\n", first + `: column "price": below the minimum 0 in 1 row (50 %): -1 (line 3)`},
		"null":            {head + "1,10,1,,\n,1,1,,\n", first + `: column "id": null in 1 row (50 %): line 3`},
		"fraction":        {head + "1.5,10,1,,\n", first + `: column "id": not a whole number, or beyond 2^53 in 1 row (100 %): 1.5 (line 2)`},
		"repeated":        {head + "1,10,1,,\n1,10,1,,\n", first + `: column "id": repeated in 1 row (50 %): 1 (line 3)`},
		"two": {head + "1,-1,1,,\n1,10,1,,\n", `clean: error: column "id": repeated in 1 row (50 %): 1 (line 3)` + "\n" +
			`clean: error: column "price": below the minimum 0 in 1 row (50 %): -1 (line 2)` + "\n" +
			first + ": 2 errors against schema.yaml"},
		"missing target":  {"id,size,place,sold\n1,1,coast,\n", first + `: column "price": the target is missing; there are id, size, place, sold`},
		"missing column":  {"id,price,place,sold\n1,1,coast,\n", first + `: column "size": missing; there are id, price, place, sold`},
		"no known column": {"a;b\n1;2\n", first + `: no column "id"; there are a;b (is the separator ";"?)`},
		"header only":     {head, first + ": there are no rows"},
		"nothing left":    {head + "1,,1,,\n", first + ": no rows are left: 1 (the target is null)"},
		"empty":           {"", first + ": the file is empty; its first line must name the columns"},
		"two of one name": {"id,price,id\n", first + `:1: two columns are named "id"`},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t)
			p.Write(rawFile, good)
			require.Zero(t, p.Run("clean", run), p.Stderr)
			before := p.Read("data/processed/clean.csv") + p.Read(schema.ValidationFile)

			p.Write(rawFile, c.raw)
			require.Equal(t, 1, p.Run("clean", run))
			want := c.want + "\n"
			if page := p.Path(schema.FailedPage); strings.Contains(want, ": column ") || strings.Contains(want, "errors") {
				want = c.want + "; see reports/validation.failed.html\n"
				require.FileExists(t, page)
			}
			require.Equal(t, want, p.Stderr)
			require.Empty(t, p.Stdout)
			require.Equal(t, before, p.Read("data/processed/clean.csv")+p.Read(schema.ValidationFile))

			p.Write(rawFile, good+"4,10,99,,\n")
			require.Zero(t, p.Run("clean", run), p.Stderr)
			require.Equal(t, "clean: warning: column \"size\": above the maximum 10 in 1 row (25 %): 99 (line 5)\n", p.Stderr)
			require.NoFileExists(t, p.Path(schema.FailedFile))
			require.NoFileExists(t, p.Path(schema.FailedPage))
			require.Contains(t, p.Read(schema.ValidationPage), "above the maximum 10")
		})
	}
}

func TestWrongSettings(t *testing.T) {
	for clean, want := range map[string]string{
		"{nul: [NA]}":                                 "unknown key",
		"{comma: ab}":                                 `comma: "ab" is not one character, nor tab`,
		"{comma: ',', decimal: ','}":                  `comma and decimal are both ","`,
		"{format: xlsx}":                              "clean.format",
		"{filters: [{column: price}]}":                "no condition",
		"{filters: [{column: rooms, below: 1}]}":      `data.yaml: clean.filters[0]: column "rooms" is not in schema.yaml`,
		"{filters: [{column: place, below: 1}]}":      `column "place" is a category`,
		"{filters: [{column: price, in: [a]}]}":       `column "price" is a number; in and not_in`,
		"{filters: [{column: price, since: now}]}":    `column "price" is a number; before and since`,
		"{filters: [{column: sold, since: someday}]}": `"someday" is not a date or time`,
		"{rules: [no_such_rule]}":                     `data.yaml:2:17: clean.rules[0]: unknown rule "no_such_rule"; `,
		"{as_text: [price]}":                          "clean.as_text is for rules, and clean.rules names none",
	} {
		p := newProject(t)
		p.Set("data.yaml", "fetch: {name: raw.csv}\nclean: "+clean+"\n")
		p.Write(rawFile, good)
		require.Equal(t, 1, p.Run("clean", run), clean)
		require.Contains(t, p.Stderr, want, clean)
	}
}
