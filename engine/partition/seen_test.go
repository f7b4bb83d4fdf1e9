package partition

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/table"
)

var aModel = strings.Repeat("ab", 32)

// What a model learned from is found again, in every kind of split, and nothing else.
func TestSeen(t *testing.T) {
	for _, text := range everySplit {
		p := parse(t, "derive:\n- sum: {name: double, columns: [year, year]}\nsplit: {"+text+"}")
		rows := people(500, 100)
		train, rest := rows.Slice(0, 300), rows.Slice(300, 500)
		seen := must.Get(p.Seen(train))(t)
		file := must.Get(seen.Encode(aModel))(t)
		require.Equal(t, file, must.Get(must.Get(p.Seen(train.Take(shuffled(300))))(t).Encode(aModel))(t), "%s: rows in another order", text)
		path := filepath.Join(t.TempDir(), "units")
		require.NoError(t, os.WriteFile(path, file, 0o600))
		read := must.Get(ReadSeen(path, aModel))(t)
		require.NoError(t, seen.Comparable(read))

		units := must.Get(p.Units(train))(t)
		for _, part := range []*table.Table{train, rest} {
			among, of, err := read.Among(p.Derive, part, read)
			require.NoError(t, err, text)
			require.Equal(t, must.Get(p.Units(part))(t), of, text)
			for i, u := range of {
				require.Equal(t, slices.Contains(units, u), among[i], "%s: row %d", text, i)
			}
		}
		require.True(t, seen.Shares(read))
	}
}

// Where rows are alike by chance, a model has not learned from those of the test, though
// it knows their equals; but it has from what another split took from it.
func TestSeenOfRowsAlikeByChance(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 5))
	a, y := make([]float64, 1000), make([]string, 1000)
	for i := range a {
		a[i], y[i] = float64(rng.IntN(40)), []string{"no", "yes"}[rng.IntN(2)]
	}
	a[0] = 99 // the only one
	rows := table.Must(table.Floats("a", a), table.Categories("y", y))
	divided := func(seed uint64, rows *table.Table) (train, test *table.Table) {
		p := Plan{Split: DefaultSplit(), Seed: seed, Target: "y"}
		d := must.Get(p.Divide(rows))(t)
		return rows.Take(d.Rows(false)), rows.Take(d.Rows(true))
	}
	seen := func(train *table.Table) *Seen {
		return must.Get(Plan{Split: DefaultSplit(), Target: "y"}.Seen(train))(t)
	}
	learned := func(of *Seen, test *table.Table, today *Seen) (n int) {
		among, units, err := of.Among(nil, test, today)
		require.NoError(t, err)
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(units))), test.Len(), "each row is a unit")
		for _, is := range among {
			if is {
				n++
			}
		}
		return n
	}
	before, _ := divided(1, rows.Slice(0, 800))
	train, test := divided(1, rows)
	require.Zero(t, learned(seen(before), test, seen(train)))
	require.Zero(t, learned(seen(train), test, seen(train)))

	other, _ := divided(2, rows)
	require.Greater(t, learned(seen(other), test, seen(train)), test.Len()/4)
	all := seen(rows)
	require.Equal(t, test.Len(), learned(all, test, seen(train)))
	file := must.Get(DecodeSeen(must.Get(all.Encode(aModel))(t), aModel))(t)
	require.Equal(t, test.Len(), learned(file, test, seen(train)), "from the file")
}

func shuffled(n int) []int { return rand.New(rand.NewPCG(1, 2)).Perm(n) }

// The set of an older model tells of rows with more columns, but not of rows with
// fewer, or with other ones, or of a split that kept other rows together.
func TestSeenOfOtherColumns(t *testing.T) {
	narrow := table.Must(table.Floats("x", []float64{1, 2, 3}), table.Categories("town", []string{"a", "b", "b"}))
	wide := must.Get(narrow.With(table.Floats("new", []float64{7, 8, 9})))(t)
	seen := func(rows *table.Table, split string) *Seen { return must.Get(parse(t, "split: "+split).Seen(rows))(t) }
	older, newer := seen(narrow.Slice(0, 2), "random"), seen(wide, "random")
	require.NoError(t, newer.Comparable(older))
	among, _, err := older.Among(nil, wide, newer)
	require.NoError(t, err)
	require.Equal(t, []bool{true, true, false}, among)
	require.True(t, newer.Shares(older), "which can't be told")
	require.False(t, seen(narrow.Slice(2, 3), "random").Shares(older))

	require.EqualError(t, older.Comparable(newer), `rows had a column "new" of kind number then`)
	retyped := seen(table.Must(table.Categories("x", []string{"1"}), table.Categories("town", []string{"a"})), "random")
	require.EqualError(t, retyped.Comparable(older), `rows had a column "x" of kind number then`)
	grouped := seen(narrow, "{group: {column: town}}")
	require.EqualError(t, grouped.Comparable(older), "the split keeps rows of one town together, and kept equal rows then")
	_, _, err = newer.Among(nil, narrow, newer)
	require.ErrorContains(t, err, `no column "new"`)
}

// Whatever is not the whole file of that model is refused.
func TestSeenIsChecked(t *testing.T) {
	seen := must.Get(parse(t, "split: random").Seen(people(50, 10)))(t)
	file := must.Get(seen.Encode(aModel))(t)
	_, err := DecodeSeen(file, strings.Repeat("cd", 32))
	require.EqualError(t, err, "it is of another model (abababababab, not cdcdcdcdcdcd)")
	for n := range len(file) {
		require.Error(t, must.Err(DecodeSeen(file[:n], aModel)), "of %d bytes the first %d", len(file), n)
	}
	newer := bytes.Replace(file, []byte(`"seen":1`), []byte(`"seen":2`), 1)
	_, err = DecodeSeen(newer, aModel)
	require.EqualError(t, err, "format 2 is newer than this program, which reads up to 1: build the program again")
	line, _, _ := bytes.Cut(file, []byte("\n"))
	within := []byte{0x80}
	line = bytes.Replace(line, fmt.Appendf(nil, "%x", sha256.Sum256(file[len(line)+1:])), fmt.Appendf(nil, "%x", sha256.Sum256(within)), 1)
	_, err = DecodeSeen(slices.Concat(line, []byte("\n"), within), aModel)
	require.EqualError(t, err, "damaged: it ends within a number")
	require.ErrorIs(t, must.Err(ReadSeen(filepath.Join(t.TempDir(), "none"), aModel)), os.ErrNotExist)
}

// A million rows take less than 5 MB.
func TestSeenIsSmall(t *testing.T) {
	x := make([]float64, 1_000_000)
	for i := range x {
		x[i] = float64(i)
	}
	seen := must.Get(parse(t, "split: random").Seen(table.Must(table.Floats("x", x))))(t)
	file := must.Get(seen.Encode(aModel))(t)
	t.Logf("%d bytes", len(file))
	require.Less(t, len(file), 5_000_000)
	require.Len(t, must.Get(DecodeSeen(file, aModel))(t).units, len(x))
}
