package table

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// mixed returns n rows with each kind of column, nulls, and hard values.
func mixed(n int) *Table {
	hard := []float64{0, math.Copysign(0, -1), 0.1, 1e21, 123456789.125, -1e-300, math.MaxFloat64, 5e-324, 452600, 1 << 53}
	texts := []string{"a", "a,b", `say "x"`, "two\nlines", " led", "trailed ", "\ufeff", "ünï", "NA", "-", "'"}
	floats, names := make([]float64, n), make([]string, n)
	times, free := make([]int64, n), make([]string, n)
	for i := range n {
		floats[i] = hard[i%len(hard)] + float64(i/len(hard))
		names[i] = texts[i%len(texts)]
		times[i] = int64(i%1000)*86_400_000_000_000 + int64(i%3)
		free[i] = texts[i%len(texts)] + strconv.Itoa(i)
		if i%13 == 5 {
			floats[i], names[i], times[i], free[i] = math.NaN(), "", NullTime, ""
		}
	}
	return Must(Floats("number", floats), Categories("the category", names), Times("zeit, \"t\"", times), Texts("text", free))
}

func write(t testing.TB, format string, tables ...*Table) []byte {
	t.Helper()
	var b bytes.Buffer
	w := must.Get(NewWriter(&b, format, tables[0].Fields()))(t)
	for _, table := range tables {
		require.NoError(t, w.Write(table))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func collect(r *Reader) (*Table, error) {
	out := Empty(r.fields)
	for t, err := range r.Chunks() {
		if err != nil {
			return nil, err
		}
		if err := out.Append(t); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// first returns the first chunk of a file.
func first(t *testing.T, path string, o Options) *Table {
	t.Helper()
	r := must.Get(Open(path, o))(t)
	defer r.Close()
	return must.Get(r.Next())(t)
}

// requireSame compares names, kinds and values bit for bit; levels may stand
// in another order.
func requireSame(t *testing.T, want, got *Table) {
	t.Helper()
	require.Equal(t, want.Fields(), got.Fields())
	require.Equal(t, want.Len(), got.Len())
	for i, c := range want.Columns() {
		d := got.Columns()[i]
		for j := range want.Len() {
			require.Equal(t, c.IsNull(j), d.IsNull(j), "%s row %d", c.Name, j)
			require.Equal(t, c.String(j), d.String(j), "%s row %d", c.Name, j)
			if c.Kind == Float && !c.IsNull(j) {
				require.Equal(t, math.Float64bits(c.Floats[j]), math.Float64bits(d.Floats[j]), "%s row %d", c.Name, j)
			}
			if c.Kind == Time {
				require.Equal(t, c.Times[j], d.Times[j])
			}
		}
	}
}

func TestParseDressed(t *testing.T) {
	for s, want := range map[string]float64{
		"$1,200.50": 1200.5, "1,234,567": 1234567, "12 %": 12, "12.5%": 12.5, "-$3": -3, "$-3": -3, "€ 5": 5, "1'234.5": 1234.5,
		"1 234": 1234, "1\u00a0234\u00a0567.25": 1234567.25, "12,34,567": 1234567, "($1,200)": -1200, "£0.99": 0.99,
	} {
		got, strip, ok := ParseDressed(s, '.')
		assert.True(t, ok, s)
		assert.Equal(t, want, got, s)
		assert.NotEmpty(t, strip, s)
	}
	for s, want := range map[string]float64{"1.234,56 €": 1234.56, "12,5 %": 12.5, "1.234": 1234, "1.234.567": 1234567} {
		got, _, ok := ParseDressed(s, ',')
		assert.True(t, ok, s)
		assert.Equal(t, want, got, s)
	}
	for _, s := range []string{
		"1,5", "1,23", "1234,567", "1,2345", "1,234.5,6", "1.234,56", "1,,234", "$", "%", "()", "-", "1 2", "12:30", "2024,01", "5 km", "A 100", "1,234,", "x$1",
		"1,23,45", "1.2.3", "10-20", "0x,100",
	} {
		got, _, ok := ParseDressed(s, '.')
		assert.False(t, ok, "%s: %v", s, got)
	}
}

func TestFirstEqual(t *testing.T) {
	nan, minusZero := math.NaN(), math.Copysign(0, -1)
	cols := []*Column{
		Floats("x", []float64{0, minusZero, nan, nan, 1, 1, 0}),
		Categories("c", []string{"a", "a", "", "", "b", "a", "a"}),
		Texts("s", []string{"s", "s", "", "", "s", "s", "s"}),
		Times("t", []int64{1, 1, NullTime, NullTime, 1, 1, 1}),
	}
	require.Equal(t, []int32{0, 0, 2, 2, 4, 5, 0}, FirstEqual(7, cols...))
	require.Equal(t, []int32{0, 0, 0}, FirstEqual(3), "without columns all rows are the same")
	require.Empty(t, FirstEqual(0, Floats("x", nil)))
}

// One column of each kind tells rows apart, also if their hashes are equal.
func TestFirstEqualSeesEveryKind(t *testing.T) {
	columns := func(last int) []*Column {
		return []*Column{
			Floats("x", []float64{1, float64(last)}),
			Categories("c", []string{"1", fmt.Sprint(last)}),
			Texts("s", []string{"1", fmt.Sprint(last)}),
			Times("t", []int64{1, int64(last)}),
		}
	}
	require.Equal(t, []int32{0, 0}, FirstEqual(2, columns(1)...))
	require.True(t, equal(columns(1), 0, 1))
	for k := range columns(1) {
		cols := columns(1)
		cols[k] = columns(2)[k]
		require.Equal(t, []int32{0, 1}, FirstEqual(2, cols...), cols[k].Name)
		require.False(t, equal(cols, 0, 1), cols[k].Name)
	}
}

func TestNullEqualsNullAlone(t *testing.T) {
	cols := []*Column{Floats("x", []float64{0, math.NaN()})}
	require.False(t, equal(cols, 0, 1))
	require.False(t, equal(cols, 1, 0))
	require.True(t, equal(cols, 1, 1))
}

func TestParseTime(t *testing.T) {
	at := func(h, m, s, ns int) int64 { return time.Date(2020, 2, 29, h, m, s, ns, time.UTC).UnixNano() }
	for text, want := range map[string]int64{
		"2020-02-29":                     at(0, 0, 0, 0),
		"2020-02-29T10:20":               at(10, 20, 0, 0),
		"2020-02-29 10:20":               at(10, 20, 0, 0),
		"2020-02-29 10:20:30":            at(10, 20, 30, 0),
		"2020-02-29T10:20:30.5":          at(10, 20, 30, 5e8),
		"2020-02-29T10:20:30Z":           at(10, 20, 30, 0),
		"2020-02-29 10:20:30+02:00":      at(8, 20, 30, 0),
		"2020-02-29T10:20-02:00":         at(12, 20, 0, 0),
		"2020-02-29 10:20:30.000000001Z": at(10, 20, 30, 1),
	} {
		got, err := ParseTime(text, "")
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "2020", "2021-02-29", "29.02.2020", "2020-02-29T", "2020-02-29T25:00", "2020-02-29x10:00", "20200229"} {
		require.ErrorIs(t, must.Err(ParseTime(text, "")), errTime, text)
	}
	for _, text := range []string{"1000-01-01", "9999-12-31"} {
		require.ErrorIs(t, must.Err(ParseTime(text, "")), ErrTimeRange, text)
	}
	got := must.Get(ParseTime("29.02.2020 10:20", "02.01.2006 15:04"))(t)
	require.Equal(t, at(10, 20, 0, 0), got)
}

func FuzzTime(f *testing.F) {
	for _, v := range []int64{0, 1, -1, 86_400_000_000_000, -62_000_000_000} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v int64) {
		s := time.Unix(0, v).Unix()
		if s <= -9223372036 || s >= 9223372036 {
			return
		}
		got := must.Get(ParseTime(string(appendTime(nil, v, "")), ""))(t)
		require.Equal(t, v, got)
	})
}

func TestSplitUnit(t *testing.T) {
	for s, want := range map[string][2]string{
		"12 km": {"12", "km"}, "23.4kmpl": {"23.4", "kmpl"}, "1,248 CC": {"1,248", "CC"}, "-3 °C": {"-3", "°C"}, "60 sq. ft": {"60", "sq. ft"},
		"10,000+": {"10,000", "+"}, `6.5"`: {"6.5", `"`}, "5 l/100 km": {"5", "l/100 km"}, "70 m²": {"70", "m²"}, "7\u00a0kg": {"7", "kg"},
	} {
		number, unit, ok := SplitUnit(s, '.')
		assert.True(t, ok, s)
		assert.Equal(t, want, [2]string{number, unit}, s)
	}
	for _, s := range []string{
		"", "12", "km", " km", "km 12", "10-20 km", "12:30 PM", "2020-01-02T10:00", "1,5 km", "12 (km)", "7 a very long remark", "1.2.3 km", "- km", "1 and 2",
	} {
		_, _, ok := SplitUnit(s, '.')
		assert.False(t, ok, s)
	}
}

func TestSuffix(t *testing.T) {
	path := file(t, "x.csv", "x\n12 km\n13km\n14\n\"1,500 km\"\n15 mi\nkm\n")
	read := first(t, path, Options{Fields: []Field{{Name: "x", Strip: ",", Suffix: "km"}}, KeepBad: true})
	assert.Equal(t, []float64{12, 13, 14, 1500}, read.Columns()[0].Floats[:4])
	require.Len(t, read.Bad(), 1)
	assert.Equal(t, []string{"15 mi", "km"}, read.Bad()[0].Values)
}
