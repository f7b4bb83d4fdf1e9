package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// read reads text as a file of numbers x, y, categories c and texts s, as far
// as its header names them.
func read(t testing.TB, text string, o Options) (*Table, error) {
	t.Helper()
	path := file(t, "a.csv", text)
	if o.Fields == nil {
		header, err := Header(path, o)
		if err != nil {
			return nil, errors.New(strings.ReplaceAll(err.Error(), filepath.Dir(path)+"/", ""))
		}
		for _, name := range header {
			kind := map[string]Kind{"c": Category, "s": Text, "t": Time}[name]
			o.Fields = append(o.Fields, Field{Name: name, Kind: kind})
		}
	}
	got, err := ReadFile(path, o)
	if err != nil {
		err = errors.New(strings.ReplaceAll(err.Error(), filepath.Dir(path)+"/", ""))
	}
	return got, err
}

func TestReadCSV(t *testing.T) {
	check := func(text string, o Options, want string) {
		t.Helper()
		got := must.Get(read(t, text, o))(t)
		require.Equal(t, want, string(write(t, "csv", got)))
	}
	semicolon := Options{Comma: ';', Decimal: ','}
	check("x,c\n1,a\n2,b\n", Options{}, "x,c\n1,a\n2,b\n")
	check("x,c\n1,a\n2,b", Options{}, "x,c\n1,a\n2,b\n")                // no line feed at the end
	check("\ufeffx,c\r\n1.50,a\r\n,\r\n", Options{}, "x,c\n1.5,a\n,\n") // BOM, CRLF, nulls
	check("\n\r\nx\n\n1\n\n", Options{}, "x\n1\n")                      // blank lines
	check("x,s\n1,\"a,\"\"b\"\"\nc\"\n", Options{}, "x,s\n1,\"a,\"\"b\"\"\nc\"\n")
	check("\"x\",\"s\"\n\"1\",\"\"\n", Options{}, "x,s\n1,\n")
	check("x;s\n1,5;a,b\n-,5;c\n", semicolon, "x,s\n1.5,\"a,b\"\n-0.5,c\n")
	check("x\ts\n1\ta b\n", Options{Comma: '\t'}, "x,s\n1,a b\n")
	check("x,c\n NA ,NA\n-999,x\n", Options{Trim: true, Nulls: []string{"NA", "-999"}}, "x,c\n,\n,x\n")
	check(" x ,c\n 1\t,\u00a0é \n", Options{Trim: true}, "x,c\n1,é\n")
	check("x\n\"\"\n1\n", Options{}, "x\n\"\"\n1\n") // one column: a blank line is no row
	check("x,s\n1,\"a\r\nb\"\n", Options{}, "x,s\n1,\"a\r\nb\"\n")
	check("y,x,c\n1,2,a\n", Options{Fields: []Field{{Name: "c", Kind: Category}, {Name: "y"}}}, "c,y\na,1\n")
	check("x\n", Options{}, "x\n")
	check(",x\n1,2\n", Options{}, "column_1,x\n1,2\n") // an index of rows
	check("x,y\n-9,-9\n", Options{Fields: []Field{{Name: "x", Nulls: []string{"-9"}}, {Name: "y"}}}, "x,y\n,-9\n")
	check("s\ncaf\xe9 \x80\n", Options{Encoding: Windows1252}, "s\ncafé €\n")
	check("\xff\xfes\x00\n\x00\xe9\x00\n\x00", Options{Encoding: UTF16}, "s\né\n")
	check("t\n2020-02-29\n2020-02-29 01:02:03\n2020-02-29T01:02:03.5+01:00\n", Options{},
		"t\n2020-02-29\n2020-02-29T01:02:03Z\n2020-02-29T00:02:03.5Z\n")
}

func TestReadCSVRefusals(t *testing.T) {
	check := func(text string, o Options, want string) {
		t.Helper()
		require.EqualError(t, must.Err(read(t, text, o)), want)
	}
	check("x,c\n1,a\nabc,b\n", Options{}, `a.csv:3: column "x": "abc" is not a number`)
	check("x,s\n1,\"a\n\nb\"\n\nabc,b\n", Options{}, `a.csv:6: column "x": "abc" is not a number`)
	check("x,y\n1,2\n3\n", Options{}, "a.csv:3: 1 values, but the header names 2 columns")
	check("x,y\n1,2,3\n", Options{}, "a.csv:2: 3 values, but the header names 2 columns")
	check("x,s\n1,\"a\",\n", Options{}, "a.csv:2: 3 values, but the header names 2 columns")
	check("x,s\n1,5\" pipe\n", Options{}, `a.csv:2: a quote inside a value that is not quoted; write "5"" pipe"`)
	check("x,s\n1,\"5\" pipe\n", Options{}, "a.csv:2: text after the closing quote of a value")
	check("x,s\n1,a\n2,\"b\n3,c\n", Options{}, "a.csv:3: a quoted value does not end")
	check("x,s\n1,a\n2,\xff\n", Options{}, "a.csv:3: the text is not UTF-8; save the file as UTF-8")
	check("x,y,x\n", Options{}, `a.csv:1: two columns are named "x"`)
	check("", Options{}, "a.csv: the file is empty; its first line must name the columns")
	check("\ufeff\n", Options{}, "a.csv: the file is empty; its first line must name the columns")
	check("x\x00,y\n1,2\n", Options{}, `a.csv:1: not a text table: the header holds "x\x00"`)
	check("x,y\r1,2\r", Options{}, `a.csv:1: not a text table: the header holds "y\r1"`)
	check("x;y\n1;2\n", Options{Fields: []Field{{Name: "x"}}}, `a.csv: no column "x"; there are x;y (is the separator ";"?)`)
	check("x\n1\n", Options{Comma: ',', Decimal: ','}, "comma and decimal are both ','")
	check("x\n1\n", Options{Comma: '"'}, `comma '"' can't separate values; use ',', ';' or a tab`)
	check("t\n2020-02-30\n", Options{}, `a.csv:2: column "t": "2020-02-30" is not a date or time`)
	check("x\n1e999\n", Options{}, `a.csv:2: column "x": "1e999" is beyond the range of float64`)
}

func TestParseFloat(t *testing.T) {
	good := map[string]float64{
		"0": 0, "1": 1, "+1": 1, "-1.50": -1.5, ".5": .5, "5.": 5, "1e5": 1e5, "1E-5": 1e-5, "0.1": .1,
		"9007199254740993": 9007199254740993, "123456789012345678901234567890": 123456789012345678901234567890,
		"0.000000000000000000000001": 1e-24, "1e-400": 0, "4.35": 4.35, "00501": 501,
		"179769313486231570000000000000000000000000000000000000000000000000000000000e234": math.MaxFloat64,
	}
	for s, want := range good {
		got, err := parseFloat(s, '.')
		require.NoError(t, err, s)
		require.Equal(t, want, got, s)
	}
	got := must.Get(parseFloat("-0", '.'))(t)
	require.True(t, math.Signbit(got))
	for _, s := range []string{"", "-", ".", "e5", "1e", "0x10", "1_000", "1,5", "Infinity", "inf", "NaN", "1 2", "1.2.3", "--1", "１"} {
		require.Error(t, must.Err(parseFloat(s, '.')), s)
	}
	require.Error(t, must.Err(parseFloat("1.5", ',')))
	got = must.Get(parseFloat("1,5e3", ','))(t)
	require.Equal(t, 1500.0, got)
}

func TestAppendFloat(t *testing.T) {
	for want, v := range map[string]float64{
		"452600": 452600, "-0": math.Copysign(0, -1), "0.1": .1, "1e-07": 1e-7, "0.00001": 1e-5, "": math.NaN(),
		"100000000000000000000": 1e20, "1e+21": 1e21, "1.7976931348623157e+308": math.MaxFloat64, "-1.25": -1.25,
	} {
		require.Equal(t, want, string(AppendFloat(nil, v)))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100_000 { // of up to six decimals, and their neighbours, as strconv has them
		v := math.Round(rng.NormFloat64()*math.Pow(10, float64(rng.IntN(18)))) / math.Pow(10, float64(rng.IntN(7)))
		for _, v := range []float64{v, math.Nextafter(v, 0)} {
			if a := math.Abs(v); a >= 1e-6 && a < 1e21 {
				require.Equal(t, strconv.FormatFloat(v, 'f', -1, 64), string(AppendFloat(nil, v)))
			}
		}
	}
}

func FuzzFloat(f *testing.F) {
	for _, v := range []float64{0, 1, -0.1, 1e21, 1e-7, 5e-324, math.MaxFloat64, 1 << 53} {
		f.Add(math.Float64bits(v))
	}
	f.Fuzz(func(t *testing.T, bits uint64) {
		v := math.Float64frombits(bits)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return
		}
		got := must.Get(parseFloat(string(AppendFloat(nil, v)), '.'))(t)
		require.Equal(t, bits, math.Float64bits(got))
	})
}

// Any table of texts that is written reads back the same, and so does any
// file that encoding/csv can read, whatever the size of the blocks.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\",b\n\"x\ny\",\"\"\"\"\n", "a\n\n\"\"\n", "a,b\r\n\"1\r\n\",2\r\n", "a,b\n1\n", "\ufeffa\n1\r"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, text string, size int) {
		o := Options{blockSize: 1 + abs(size)%50}
		got, err := texts(text, o)
		if err != nil && strings.Contains(err.Error(), "not a text table") {
			return // encoding/csv takes a NUL or CR in a header
		}
		want, wantErr := reference(text)
		if wantErr != nil || err != nil {
			require.Equal(t, wantErr == nil, err == nil, "%v, not %v", err, wantErr)
			return
		}
		require.Equal(t, want, records(got))
		again := must.Get(texts(string(write(t, "csv", got)), o))(t)
		requireSame(t, got, again)
	})
}

func abs(n int) int { return max(n, -(n + 1)) }

// texts reads text without a file, all columns as texts.
func texts(text string, o Options) (*Table, error) {
	s, err := newCSVSource("a.csv", strings.NewReader(text), o)
	if err != nil {
		return nil, err
	}
	s.close()
	for _, name := range s.header {
		o.Fields = append(o.Fields, Field{Name: name, Kind: Text})
	}
	if s, err = newCSVSource("a.csv", strings.NewReader(text), o); err != nil {
		return nil, err
	}
	defer s.close()
	return collect(&Reader{source: s, fields: o.Fields})
}

// reference reads by encoding/csv what this package can tell apart.
func reference(text string) ([][]string, error) {
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || !bytes.Equal([]byte(text), bytes.ToValidUTF8([]byte(text), nil)) {
		return nil, errors.New("empty or not UTF-8")
	}
	seen := map[string]bool{"": true}
	for _, name := range all[0] {
		if seen[name] {
			return nil, errors.New("header")
		}
		seen[name] = true
	}
	return all, nil
}

func records(t *Table) [][]string {
	all := [][]string{t.Names()}
	for i := range t.Len() {
		var record []string
		for _, c := range t.Columns() {
			record = append(record, strings.ReplaceAll(c.Texts[i], "\r\n", "\n"))
		}
		all = append(all, record)
	}
	return all
}
