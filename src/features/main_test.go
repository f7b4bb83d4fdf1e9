package main

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/partition"
	"example.com/engine/schema"
	"example.com/engine/settings"
	"example.com/engine/stage/stagetest"
	"example.com/engine/table"
)

const testSchema = `
target: price
columns:
  - {name: town, type: category, nullable: true}
  - {name: rooms, type: number, nullable: true}
  - {name: price, type: number}
  - {name: sold, type: time, nullable: true}
`

// newProject is a folder with settings and a clean table to come, in which features
// is run.
func newProject(t *testing.T, features string) *stagetest.Place {
	p := stagetest.New(t)
	p.Set("schema.yaml", testSchema)
	p.Set("features.yaml", features)
	return p
}

const fiveRows = `town,rooms,price,sold
a,4,100,2020-01-05
b,,200,2020-02-05
a,6,300,2020-03-05
,8,400,2020-04-05
c,10,500,2020-05-05
`

func TestFeatures(t *testing.T) {
	p := newProject(t, `
derive:
  - product: {name: area, columns: [rooms, rooms]}
  - drop: {columns: [sold]}
split:
  time: {column: sold, after: 2020-03-05}
`)
	p.Write("data/processed/clean.csv", fiveRows)
	require.Zero(t, p.Run("features", run), p.Stderr)
	require.Equal(t, "features: 3 train rows, 2 test rows, the latest by sold\n", p.Stdout)
	require.Empty(t, p.Stderr)
	require.Equal(t, "town,rooms,price,sold,area\na,4,100,2020-01-05,16\nb,,200,2020-02-05,\na,6,300,2020-03-05,36\n",
		p.Read("data/processed/train.csv"))
	require.Equal(t, "town,rooms,price,sold,area\n,8,400,2020-04-05,64\nc,10,500,2020-05-05,100\n",
		p.Read("data/processed/test.csv"))
	require.JSONEq(t, `{
		"split": {"time": {"column": "sold", "after": "2020-03-05"}}, "seed": 42,
		"rows": 5, "train_rows": 3, "test_rows": 2, "test_share": 0.4,
		"repeated_rows": {"rows": 0, "agreement": 1, "together": true, "moved": 0}, "test_from": "2020-04-05",
		"columns": ["town", "rooms", "price", "sold", "area"], "derived": ["area"]
	}`, p.Read("reports/split.json"))

	require.Zero(t, p.Run("features", run))
	require.Equal(t, "features: up to date\n", p.Stdout)

	// What is said of a column beyond its kind changes nothing.
	p.Set("schema.yaml", strings.Replace(testSchema, "name: price,", "name: price, min: 1,", 1))
	require.Zero(t, p.Run("features", run))
	require.Equal(t, "features: up to date\n", p.Stdout)
}

func TestParquetIn(t *testing.T) {
	p := newProject(t, "split: {time: {column: sold, after: 2020-03-05}}\n")
	p.Set("data.yaml", "fetch: {source: x}\nclean: {format: parquet, trim: false}\n")
	p.Write("five.csv", fiveRows)
	fields := []table.Field{{Name: "town", Kind: table.Category}, {Name: "rooms"}, {Name: "price"}, {Name: "sold", Kind: table.Time}}
	five := must.Get(table.ReadFile(p.Path("five.csv"), table.Options{Fields: fields}))(t)
	modeltest.SaveRows(t, five, p.Path("data/processed/clean.parquet"))

	require.Zero(t, p.Run("features", run), p.Stderr)
	require.Equal(t, "town,rooms,price,sold\n,8,400,2020-04-05\nc,10,500,2020-05-05\n", p.Read("data/processed/test.csv"))
}

func TestRefusals(t *testing.T) {
	for features, want := range map[string]string{
		"derive:\n  - log: {name: z, column: price}":                            `features.yaml: derivation 1, log "z": column: "price" is the target`,
		"derive:\n  - log: {name: z, column: room}":                             `did you mean "rooms"?`,
		"derive:\n  - lag: {name: z}":                                           "features.yaml:2:5: derive[0]: unknown derivation \"lag\"; did you mean \"log\"?",
		"split: rando":                                                          `features.yaml:1:8: split: unknown split "rando"; did you mean "random"?`,
		"split: {random: {test_size: 1}}":                                       "features.yaml:1:29: split.random.test_size: 1 is not less than 1",
		"split: {random: {size: 1}}":                                            "features.yaml:1:18: split.random.size: unknown key",
		"split: stratified":                                                     "features.yaml:1:8: split.column: must be given",
		"split: {stratified: {column: twn}}":                                    `features.yaml: split: stratified: column: there is no column "twn"; did you mean "town"?`,
		"split: {stratified: {column: sold}}":                                   `column "sold" is a time column, not number or category or text`,
		"split: {stratified: {column: town, bins: [1]}}":                        `column "town" is a category column, not number`,
		"split: {stratified: {column: town, exact: true}}":                      "split: stratified: a single row has town b, and can't be on both sides",
		"split: {stratified: {column: rooms, bins: [2, 1]}}":                    "split.stratified.bins[1]: 1 is not above the edge before it",
		"split: {stratified: {column: rooms, bins: [2], quantiles: 2}}":         "split.stratified.quantiles: there are bins already",
		"split: {time: {column: sold}}":                                         "split.time.test_size, after: give one of them",
		"split: {time: {column: sold, after: soon}}":                            `column "sold" is a time column, not`,
		"split: {time: {column: sold, after: 2020-05-05}}":                      "split: time: no row has a sold after 2020-05-05",
		"split: {time: {column: rooms, after: 2020-05-05}}":                     `column "rooms" is a number column, not time`,
		"split: {hash: {columns: []}}":                                          "split.hash.columns",
		"split: {rows: {file: nowhere.txt}}":                                    "nowhere.txt does not exist",
		"seed: -1":                                                              "features.yaml:1:7: seed:",
		"derive:\n  - drop: {columns: [town]}\nsplit: {group: {column: towns}}": `did you mean "town"?`,
	} {
		p := newProject(t, features+"\n")
		p.Write("data/processed/clean.csv", fiveRows)
		p.Write(schema.ValidationFile, `{"rows_read": 5}`)
		require.Equal(t, 1, p.Run("features", run), features)
		require.Contains(t, p.Stderr, want, features)
		require.NoFileExists(t, p.Path("data/processed/train.csv"))
	}
}

func TestRowsOfAFile(t *testing.T) {
	p := newProject(t, "")
	list := filepath.Join(p.Config, "rows.txt")
	p.Set("features.yaml", "split: {rows: {file: "+list+"}}\n")
	p.Write("data/processed/clean.csv", fiveRows)
	p.Write(schema.ValidationFile, `{"rows_read": 5}`)
	fails := func(rows, want string) {
		t.Helper()
		p.Set("rows.txt", rows)
		require.Equal(t, 1, p.Run("features", run))
		require.Contains(t, p.Stderr, want)
	}
	p.Set("rows.txt", "4\r\n\n1\n")
	require.Zero(t, p.Run("features", run), p.Stderr)
	require.Equal(t, "town,rooms,price,sold\nb,,200,2020-02-05\nc,10,500,2020-05-05\n", p.Read("data/processed/test.csv"))

	fails("4\nx\n", `rows.txt:2: "x" is not the number of a row`)
	fails("5\n", "rows.txt: split by row numbers: no row 5: there are 5, counted from 0")
	fails("1\n1\n", "row 1 is listed twice")
	fails("", "leaves 5 for training and 0 for the test")
	p.Write(schema.ValidationFile, `{"rows_read": 6}`)
	fails("1\n", "rows.txt numbers the 6 rows of the raw file, of which clean kept 5: let it keep all of them")
}

// A fixed list is followed also where it parts equal rows, but not silently.
func TestRowsOfAFileThatRepeat(t *testing.T) {
	p := newProject(t, "")
	p.Set("rows.txt", "5\n")
	p.Set("features.yaml", "split: {rows: {file: "+filepath.Join(p.Config, "rows.txt")+"}}\n")
	p.Write("data/processed/clean.csv", fiveRows+"a,4,100,2020-01-05\n")
	p.Write(schema.ValidationFile, `{"rows_read": 6}`)
	require.Zero(t, p.Run("features", run), p.Stderr)
	require.Contains(t, p.Stderr, "features: warning: 1 rows repeat a row of the other side\n")
	require.Equal(t, "town,rooms,price,sold\na,4,100,2020-01-05\n", p.Read("data/processed/test.csv"))
}

// The configuration of the census derives and splits by columns that its schema
// has.
func TestConfiguration(t *testing.T) {
	const dir = "../../tests/testdata/project/configs"
	cfg, sch := settings.Features[derive.List, partition.Split]{}, schema.Schema{}
	require.NoError(t, config.Load(dir+"/features.yaml", &cfg))
	require.NoError(t, config.Load(dir+"/schema.yaml", &sch))
	fields := must.Get(partition.Plan{Derive: cfg.Derive, Split: cfg.Split, Target: sch.Target}.Check(sch.Fields()))(t)
	require.Len(t, fields, len(sch.Fields())+9)
}

// The default split needs no settings.
func TestDefaults(t *testing.T) {
	p := newProject(t, "")
	text := strings.Builder{}
	text.WriteString("town,rooms,price,sold\n")
	for i := range 1001 {
		text.WriteString("a," + strconv.Itoa(i) + ",1,\n")
	}
	p.Write("data/processed/clean.csv", text.String())
	require.Zero(t, p.Run("features", run), p.Stderr)
	require.Equal(t, "features: 800 train rows, 201 test rows, at random\n", p.Stdout)
	f := must.JSON[struct {
		TestShare float64 `json:"test_share"`
	}](t, p.Read("reports/split.json"))
	require.InDelta(t, 0.2, f.TestShare, 1./1001)
}
