package partition

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/folds"
	"example.com/engine/table"
	_ "example.com/engine/table/formats"
)

// The digest as its comment has it, by Python 3.11: hashlib.sha256 of
// "\4sold\x0a2020-03-05\4town\7Zürich\1x\4-1.5", 7 and not 6 since ü is two bytes.
func TestDigestIsAsDescribed(t *testing.T) {
	const day = 86_400_000_000_000
	rows := table.Must(table.Floats("x", []float64{-1.5, math.NaN()}), table.Categories("town", []string{"Zürich", ""}),
		table.Times("sold", []int64{18326 * day, table.NullTime}), table.Texts("note", []string{"", ""}))
	units, err := parse(t, "").Units(rows)
	require.NoError(t, err)
	require.Equal(t, []uint64{0x5f78e8899a020682, 0xe3b0c44298fc1c14}, units)
}

// The unit of a row is the same in every table that has the row.
func TestUnits(t *testing.T) {
	for _, text := range append(everySplit, "from_year: {column: year}") {
		p := parse(t, "derive:\n- sum: {name: double, columns: [year, year]}\nsplit: {"+text+"}")
		rows := people(500, 100)
		units := func(rows *table.Table) []uint64 {
			u, err := p.Units(rows)
			require.NoError(t, err, text)
			return u
		}
		all := units(rows)

		backwards := make([]int, 0, rows.Len())
		for i := range rows.Len() {
			backwards = append(backwards, rows.Len()-1-i)
		}
		reversed := slices.Clone(all)
		slices.Reverse(reversed)
		require.Equal(t, reversed, units(rows.Take(backwards)), text)
		require.Equal(t, all[100:200], units(rows.Slice(100, 200)), text)

		derived, err := p.Derive.Apply(rows)
		require.NoError(t, err)
		require.Equal(t, all, units(derived), "%s: a derived column changes no unit", text)
		columns := slices.Clone(rows.Columns())
		slices.Reverse(columns)
		require.Equal(t, all, units(table.Must(append(columns, table.Floats("empty", repeat(math.NaN(), 500)))...)), text)
		for _, format := range []string{"csv", "parquet"} {
			require.Equal(t, all, units(roundTrip(t, rows, format)), "%s: %s", text, format)
		}
	}
}

// Units are told apart by the group, the key, or the whole row.
func TestUnitIsWhatStaysTogether(t *testing.T) {
	rows := table.Must(
		table.Categories("town", []string{"a", "a", "b", "", "", ""}), table.Categories("name", []string{"x", "y", "y", "z", "z", ""}),
		table.Floats("price", []float64{1, 2, 2, math.Copysign(0, -1), 0, 5}),
	)
	check := func(split string, want ...int) {
		t.Helper()
		units, err := parse(t, "split: "+split).Units(rows)
		require.NoError(t, err)
		var first []int
		for _, u := range units {
			first = append(first, slices.Index(units, u))
		}
		require.Equal(t, want, first)
	}
	check("random", 0, 1, 2, 3, 3, 5)
	check("{stratified: {column: town}}", 0, 1, 2, 3, 3, 5)
	check("{group: {column: town}}", 0, 0, 2, 3, 3, 5)
	check("{hash: {columns: [name]}}", 0, 1, 1, 3, 3, 5)
	check("{time: {column: price, test_size: 0.2}}", 0, 1, 2, 3, 3, 5)
}

func repeat(v float64, n int) []float64 { return slices.Repeat([]float64{v}, n) }

func roundTrip(t *testing.T, rows *table.Table, format string) *table.Table {
	t.Helper()
	var b bytes.Buffer
	w, err := table.NewWriter(&b, format, rows.Fields())
	require.NoError(t, err)
	require.NoError(t, w.Write(rows))
	require.NoError(t, w.Close())
	path := filepath.Join(t.TempDir(), "clean."+format)
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	read, err := table.ReadFile(path, table.Options{Fields: rows.Fields()})
	require.NoError(t, err)
	return read
}

// What keeps rows together is learned from every kind of split that does.
func TestTies(t *testing.T) {
	check := func(split string, want folds.Ties) {
		t.Helper()
		require.Equal(t, want, parse(t, "split: "+split).Split.Ties())
	}
	check("{group: {column: town, test_size: 0.3}}", folds.Ties{Groups: "town"})
	check("{hash: {columns: [town, name]}}", folds.Ties{Keys: []string{"town", "name"}})
	check("{time: {column: sold, test_size: 0.2}}", folds.Ties{Time: "sold"})
	check("{from_year: {column: year}}", folds.Ties{Y: "year", Groups: "year"})
	check("{stratified: {column: town}}", folds.Ties{})
	check("random", folds.Ties{})
}
