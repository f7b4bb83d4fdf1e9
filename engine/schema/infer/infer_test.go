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
	"example.com/engine/schema"
	"example.com/engine/table"
	_ "example.com/engine/table/parquet"
)

// inferred infers the schema of a text, and checks that what is written for a
// person reads back as the same.
func inferred(t *testing.T, text, target string) *Inference {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.csv")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	i, err := Table(path, Options{Target: target})
	require.NoError(t, err)
	var b strings.Builder
	require.NoError(t, i.WriteYAML(&b))
	var back schema.Schema
	require.NoError(t, config.Parse("schema.yaml", []byte(b.String()), &back), b.String())
	require.Equal(t, i.Schema, back, b.String())
	return i
}

// column makes a table of one column beside a number, from n values.
func column(n int, value func(i int) string) string {
	var b strings.Builder
	b.WriteString("x;y\n")
	for i := range n {
		fmt.Fprintf(&b, "\"%s\";%d.5\n", value(i), i%7)
	}
	return b.String()
}

func cycle(values ...string) func(int) string {
	return func(i int) string { return values[i%len(values)] }
}

// Each kind of column is told by its values.
func TestTypes(t *testing.T) {
	check := func(name string, value func(int) string, want schema.Type, with func(*schema.Column, *Facts) any, expected any) {
		t.Helper()
		c, f := inferred(t, column(300, value), "y").Column("x")
		assert.Equal(t, want, c.Type, name)
		assert.Equal(t, expected, with(c, f), name)
	}
	layout := func(c *schema.Column, _ *Facts) any { return c.Layout }
	role := func(_ *schema.Column, f *Facts) any { return f.Role }
	nulls := func(c *schema.Column, _ *Facts) any { return c.Nulls }
	limits := func(c *schema.Column, _ *Facts) any { return [2]float64{*c.Min, *c.Max} }
	listed := func(c *schema.Column, _ *Facts) any { return c.Categories }
	pattern := func(c *schema.Column, _ *Facts) any { return c.Pattern }
	date := func(layout string) func(int) string {
		return func(i int) string {
			v, _ := table.ParseTime("2020-01-01", "")
			return string(formatted(v+int64(i)*86400e9, layout))
		}
	}

	check("numbers", func(i int) string { return fmt.Sprintf("%d.25", i-100) }, schema.Number, limits, [2]float64{-250, 350})
	check("integers", func(i int) string { return fmt.Sprint(i % 50) }, schema.Integer, limits, [2]float64{0, 74})
	check("shares", cycle("0.1", "0.9", "1"), schema.Number, limits, [2]float64{0, 1})
	check("flag", cycle("0", "1"), schema.Integer, limits, [2]float64{0, 1})
	check("years", func(i int) string { return fmt.Sprint(1990 + i%20) }, schema.Integer, limits, [2]float64{1980, 2019})
	check("counter", func(i int) string { return fmt.Sprint(1000 + i) }, schema.Integer, role, ID)
	check("categories", cycle("a", "b", "yes", "Ünï"), schema.Category, listed, []string{"a", "b", "yes", "Ünï"})
	check("many categories", func(i int) string { return fmt.Sprintf("AB-%03d", i%70) }, schema.Category, pattern, "^[A-Z]{2}-[0-9]{3}$")
	check("codes", func(i int) string { return fmt.Sprintf("X%05d", i) }, schema.Text, role, ID)
	check("postcodes", func(i int) string { return fmt.Sprintf("%05d", i%90*100) }, schema.Category, pattern, "^[0-9]{5}$")
	check("words", func(i int) string { return fmt.Sprintf("the %d th text, of many", i) }, schema.Text, role, FreeText)
	check("constant", cycle("7"), schema.Integer, role, Constant)
	check("nothing", cycle(""), schema.Text, role, Constant)
	check("nothing but markers", cycle("NA"), schema.Text, role, Constant)
	check("mixed", func(i int) string { return []string{fmt.Sprint(i), "unknown"}[i%3/2] }, schema.Integer, nulls, []string{"unknown"})
	check("Namibia", cycle("NA", "DE", "FR"), schema.Category, listed, []string{"DE", "FR", "NA"})
	check("dashes", cycle("-", "big", "small", "?"), schema.Category, listed, []string{"big", "small"})
	check("ISO", date(""), schema.Time, layout, "")
	check("compact", date("20060102"), schema.Time, layout, "20060102")
	check("German", date("02.01.2006 15:04"), schema.Time, layout, "2.1.2006 15:04")
	check("British", date("02/01/2006"), schema.Time, layout, "2/1/2006")
	check("American", date("1/2/2006"), schema.Time, layout, "1/2/2006")
	check("names of months", date("2-Jan-06"), schema.Time, layout, "2-Jan-06")
	check("months", date("2006-01"), schema.Time, layout, "2006-01")
}

func formatted(v int64, layout string) []byte {
	if layout == "" {
		layout = "2006-01-02"
	}
	return timeOf(v).AppendFormat(nil, layout)
}

// What a person should look at is said, with the place in the file to change.
func TestNotes(t *testing.T) {
	check := func(value func(int) string, key, want string) {
		t.Helper()
		_, f := inferred(t, column(300, value), "y").Column("x")
		var all []string
		for _, n := range f.Notes {
			all = append(all, n.Key+": "+n.Text)
		}
		assert.Contains(t, strings.Join(all, "\n"), key+": "+want)
	}
	check(func(i int) string { return fmt.Sprint(i%90 - i%3/2*(i%90+1)) }, "nulls", `"-1" (100) may mean "not known"`)
	check(func(i int) string { return []string{"9999", fmt.Sprint(i % 90)}[min(1, i%10)] }, "nulls", `"9999" (30) may mean`)
	check(func(i int) string { return []string{"1900-01-01", fmt.Sprintf("2020-01-%02d", i%28+1)}[min(1, i%10)] }, "nulls", "the first, 1900-01-01")
	check(func(i int) string { return fmt.Sprintf("0%d/0%d/2020", i%9+1, i%8+1) }, "layout", "day and month can't be told apart; the other reading is 2/1/2006")
	check(func(i int) string { return fmt.Sprint(1 + i*i*i*i*i%9973*(i%50/49)) }, "type", "a heavy tail")
	check(func(i int) string { return fmt.Sprintf("$1,%03d", i) }, "strip", "300 of 300 values have separators of thousands")
	check(func(i int) string { return []string{fmt.Sprintf("oops%d", i), fmt.Sprint(i)}[min(1, i%51)] }, "severities", "6 values are no numbers")
	check(cycle("0001", "0002"), "type", "digits with leading zeros")
	check(func(i int) string { return fmt.Sprintf("2020-01-%02d 12:%02d:00 CET", i%28+1, i%60) }, "type", "times in the zone CET, of which the offset is not known")
	check(func(i int) string { return []string{"", fmt.Sprint(i % 9)}[min(1, i%4)] }, "max_null_share", "75 of 300 rows are null: 25 %")
}

// Files in any dialect give the same schema.
func TestDialects(t *testing.T) {
	text := "size;name\n"
	for i := range 60 {
		text += fmt.Sprintf("%d,5;%s\n", i%20, []string{"Köln", "Bad; \"Ems\"", "n/a"}[i%3])
	}
	text = strings.ReplaceAll(text, `Bad; "Ems"`, `"Bad; ""Ems"""`)
	latin := strings.NewReplacer("ö", "\xf6").Replace(text)
	want := inferred(t, text, "size")
	for name, other := range map[string]string{
		"byte order mark": "\ufeff" + text, "Windows line ends": strings.ReplaceAll(text, "\n", "\r\n"),
		"Latin-1": latin, "tabs": strings.ReplaceAll(strings.ReplaceAll(text, ";", "\t"), "Bad\t", "Bad;"),
	} {
		got := inferred(t, other, "size")
		assert.Equal(t, want.Schema, got.Schema, name)
	}
	c, _ := want.Column("name")
	assert.Equal(t, []string{`Bad; "Ems"`, "Köln"}, c.Categories)
	assert.Equal(t, []string{"n/a"}, want.Nulls)
	var b strings.Builder
	require.NoError(t, inferred(t, latin, "size").WriteClean(&b))
	assert.Equal(t, "clean:\n  comma: \";\"\n  decimal: \",\"\n  encoding: windows-1252 # the text is not UTF-8\n"+
		"  # Texts that mean null wherever they come; those of one column are in schema.yaml.\n  nulls: [\"n/a\"]\n", b.String())
}

func TestAcrossColumns(t *testing.T) {
	var b strings.Builder
	b.WriteString(",class,Class name,copy,null,\"é \"\"q\"\"\"\n")
	for i := range 50 {
		fmt.Fprintf(&b, "%d,%d,%s,%d,NA,%d\n", i, i%2, []string{"no", "yes"}[i%2], i%2, i*i%13)
	}
	i := inferred(t, b.String(), "class")
	assert.Equal(t, "class", i.Schema.Target)
	_, f := i.Column("column_1")
	assert.Equal(t, ID, f.Role)
	_, f = i.Column("Class name")
	assert.Equal(t, "class", f.Recodes)
	_, f = i.Column("copy")
	assert.Equal(t, "class", f.DuplicateOf)
	assert.Equal(t, Duplicate, f.Role)
	_, f = i.Column("null")
	assert.Equal(t, Constant, f.Role)
	require.NoError(t, i.AsCategory("class"))
	c, _ := i.Column("class")
	assert.Equal(t, schema.Column{Name: "class", Type: schema.Category, Categories: []string{"0", "1"}}, *c)
}

func TestRefusals(t *testing.T) {
	check := func(name, text, want string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := Table(path, Options{Target: "y"})
		require.Error(t, err)
		assert.Contains(t, err.Error(), want)
	}
	check("a.csv", "x,y\n", "there are no rows")
	check("a.csv", "", "the file is empty")
	check("a.csv", "x,z\n1,2\n", `the target "y" is not one of the columns x, z`)
	check("a.csv", "x,y,x\n1,2,3\n", `two columns are named "x"`)
	check("a.csv", "x,y\n1,2\n1\n", "a.csv:3: 1 values, but the header names 2 columns")
	check("a.xlsx", "PK", "the extension is not")
	check("a.parquet", "PK", "not a parquet file")
	check("a.csv", "PK\x03\x04\x00\x00\x00\x00\x08\n", "not a text table")
}

// The memory that an inference takes does not grow with the rows.
func TestMemory(t *testing.T) {
	o := newObserved("x", '.')
	allocated := func(from, to int) float64 {
		n := testing.AllocsPerRun(1, func() {
			for i := from; i < to; i++ {
				o.add(fmt.Sprint(float64(i) / 8))
			}
		})
		return n / float64(to-from)
	}
	allocated(0, 200_000)
	assert.Less(t, allocated(200_000, 400_000), 3.5) // what Sprint takes
}

// Numbers are numbers also with thousands, a percent sign or a currency, which
// is their unit; two currencies are no numbers.
func TestDressed(t *testing.T) {
	check := func(name string, value func(int) string, typ schema.Type, strip, unit string) {
		t.Helper()
		c, _ := inferred(t, column(300, value), "y").Column("x")
		assert.Equal(t, []any{typ, strip, unit}, []any{c.Type, c.Strip, c.Unit}, name)
	}
	check("dollars", func(i int) string { return fmt.Sprintf("$%d,%03d.50", i%7+1, i) }, schema.Number, "$,", "$")
	check("some with thousands", func(i int) string { return []string{"1,250", fmt.Sprint(i)}[i%2] }, schema.Integer, ",", "")
	check("percent", func(i int) string { return fmt.Sprintf("%d.5 %%", i%50) }, schema.Number, "% ", "%")
	check("currencies", func(i int) string { return []string{"$5", "€6", "€7"}[i%3] }, schema.Category, "", "")
	check("not thousands", func(i int) string { return fmt.Sprintf("%d,5", i%9) }, schema.Category, "", "")
}

// Numbers are numbers also with a unit behind them, if it is one.
func TestUnit(t *testing.T) {
	check := func(value func(int) string, typ schema.Type, suffix, strip string, nulls int) {
		t.Helper()
		c, f := inferred(t, column(300, value), "y").Column("x")
		assert.Equal(t, []any{typ, suffix, suffix, strip, nulls}, []any{c.Type, c.Suffix, c.Unit, c.Strip, f.Nulls}, value(0))
	}
	check(func(i int) string { return fmt.Sprintf("%d.4 kmpl", i%7+10) }, schema.Number, "kmpl", "", 0)
	check(func(i int) string { return fmt.Sprintf("%d CC", i%90+800) }, schema.Integer, "CC", "", 0)
	check(func(i int) string { return []string{fmt.Sprintf("%d,%03d+", i%9+1, i), "0"}[i%2] }, schema.Integer, "+", ",", 0)
	check(func(i int) string { return []string{"74 bhp", "99 bhp", "bhp"}[i%99/49] }, schema.Integer, "bhp", "", 3)
	check(func(i int) string { return []string{"12 km", "9 mi"}[i%2] }, schema.Category, "", "", 0)
	check(func(i int) string { return fmt.Sprintf("%d%c", i%9+1, 'A'+i%5) }, schema.Category, "", "", 0)
	check(func(i int) string { return []string{"136A", "137", "138"}[i%3] }, schema.Integer, "", "", 100)
	check(func(i int) string { return []string{"5 PM", "6 PM", "noon"}[i%3] }, schema.Category, "", "", 0)
}

// A file without names says so in the section clean.
func TestHeadless(t *testing.T) {
	found := inferred(t, "5.1,a\n4.9,b\n"+strings.Repeat("4.5,a\n", 40), "")
	assert.Equal(t, "column_2", found.Schema.Target)
	assert.Equal(t, 42, found.Rows)
	var b strings.Builder
	require.NoError(t, found.WriteClean(&b))
	assert.Contains(t, b.String(), "  header: false\n")
}
