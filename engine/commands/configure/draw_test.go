package configure

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/project"
	"example.com/engine/random"
	"example.com/engine/selection"
	_ "example.com/engine/table/parquet"
)

// No model is asked for a class that it could not see, nor one that has a single
// row among those that are drawn; of a rare one more are drawn.
func TestDrawnClasses(t *testing.T) {
	p, made := planned(t, "dose,reaction\n3,rash\n"+strings.Repeat("1,none\n2,mild\n", 60)+"4,rash\n")
	c := must.Get(newContest(p, made))(t)
	r := must.Get(c.newRound(1000, 0))(t)
	assert.Equal(t, 79, r.rows.Len(), "the other rash is a test row")
	r.labels = append(r.labels[:76:76], "rash", "severe", "severe")
	folds := r.scorable([]selection.Fold{{Train: []int{0, 1, 77}, Test: []int{2, 76, 78}}, {Train: []int{0, 1}, Test: []int{2, 77}}})
	assert.Equal(t, [][]int{{2, 78}, {2}}, [][]int{folds[0].Test, folds[1].Test})

	labels := make([]string, 100_000)
	for i := range labels {
		labels[i] = map[bool]string{true: "yes", false: "no"}[i%3 == 0]
		if i%1000 == 0 {
			labels[i] = "rare"
		}
	}
	counts := map[string]int{}
	drawn := drawClasses(labels, 3000, random.New(1, "a"))
	for _, i := range drawn {
		counts[labels[i]]++
	}
	assert.True(t, slices.IsSorted(drawn))
	assert.Len(t, drawn, 3000)
	assert.Equal(t, 100, counts["rare"], "all of them")
	assert.InDelta(t, 1.0/3, float64(counts["yes"])/3000, 0.03)
	assert.Equal(t, []int{0, 1, 2}, drawClasses(labels[:3], 3000, random.New(1, "a")))
}

// The last round takes the best of the first as they were, and the best of these
// also with the other target.
func TestFinal(t *testing.T) {
	var b strings.Builder
	b.WriteString("x,y\n")
	for i := range 100 {
		fmt.Fprintf(&b, "%d,%.3f\n", i*37%50, math.Exp(float64(i*37%50)/10))
	}
	p, made := planned(t, b.String())
	c := must.Get(newContest(p, made))(t)
	require.Equal(t, []string{"", "log"}, c.targets())
	r := must.Get(c.newRound(1000, 1))(t)
	few := boosting(model.Regression, "few trees", "max_iter: 3")
	require.NoError(t, c.final(context.Background(), r, []attempt{
		{candidate: linear(model.Regression), target: "log"}, {candidate: few, target: "log"},
	}))
	var names []string
	for _, a := range r.tried {
		names = append(names, a.name())
	}
	assert.Equal(t, []string{"ridge, of the target's log", "ridge", "few trees, of the target's log"}, names)
	assert.False(t, r.tried[2].whole(), "it was behind after the early folds")
	best := r.choice()
	assert.Equal(t, []any{"ridge", "log", 80, "rmse"}, []any{best.candidate.name, best.target, best.rows, best.metric})
}

// rows repeats a line n times, with the number of the row for %d.
func rows(header, line string, n int) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range n {
		fmt.Fprintln(&b, strings.ReplaceAll(line, "%d", fmt.Sprint(i)))
	}
	return b.String()
}

// empty makes a project without a table.
func empty(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, project.Put(dir, "go.mod", []byte("module github.com/me/homes\n")))
	require.NoError(t, project.Write(dir, project.Names{Module: "github.com/me/homes", Short: "homes"}))
	return dir
}

// contents reads every file of dir.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all[path] = string(text)
		return err
	}))
	require.NotEmpty(t, all)
	return all
}

// Each refusal names what is wrong and what to do, and leaves nothing behind.
func TestRefusals(t *testing.T) {
	good := rows("area,rooms,price", "%d,3,1%d", 50)
	for _, c := range []struct{ name, file, text, target, want string }{
		{"no target", "a.csv", good, "Pryce", `there is no column "Pryce" to predict: did you mean TARGET=price? there are area, rooms, price`},
		{"nothing near", "a.csv", good, "quantity sold", `there is no column "quantity sold" to predict: there are area, rooms, price`},
		{"constant", "a.csv", good, "rooms", `the target "rooms" is "3" in all rows: there is nothing to predict; choose another with TARGET=`},
		{"empty target", "a.csv", rows("a,y", "%d,", 50), "y", `the target "y" is empty in all rows: choose another with TARGET=`},
		{"mostly null", "a.csv", rows("a,y", "%d,", 40) + "1,2\n3,4\n", "y", `the target "y" is empty in 40 of 42 rows: choose another`},
		{
			"class of one row", "a.csv", rows("a,y", "%d,x", 30) + rows("1,z", "%d,z", 20) + "7,once\n", "y",
			`the class "once" of the target "y" has a single row, which can't be in the training part and in the test part`,
		},
		{
			"class of two rows", "a.csv", rows("a,y", "%d,x", 30) + "7,rare\n9,rare\n", "y",
			`the class "rare" of the target "y" has 2 rows, and the test part and two folds need one each: bring more rows of it`,
		},
		{"too many classes", "a.csv", rows("a,y", "%d,name %d", 60), "y", `the target "y" has 60 different values in 60 rows, too many for classes`},
		{"few rows", "a.csv", rows("a,y", "%d,1%d", 7), "y", `7 rows have a target, and a test part and 5 folds need 20 at least: bring more rows`},
		{"dates", "a.csv", rows("a,day", "%d,2024-01-02", 25) + "1,2024-02-03\n", "day", `the target "day" holds dates`},
		{"two of one name", "a.csv", rows("a,b,a", "1,2,3", 30), "b", `"a"`},
		{"one column", "a.csv", rows("a", "%d", 30), "a", `there is one column, "a": a table needs one to predict and one to predict it from`},
		{
			"nothing to predict from", "a.csv", rows("id,y", "%d,1.%d", 40), "y",
			`there is no column to predict "y" from: "id" is left out (an id: every value comes once); bring more columns`,
		},
		{"empty", "a.csv", "", "y", `there is nothing in it`},
		{"blank", "a.csv", "\n\n", "y", `it is empty: give a CSV or Parquet file`},
		{"web page", "a.csv", "<!DOCTYPE html><html><body>log in</body></html>", "y", `it is a web page, not a table`},
		{"json", "a.json", `[{"a": 1, "y": 2}]`, "y", `it looks like JSON, not like a table`},
		{"xml", "a.xml", `<?xml version="1.0"?><rows/>`, "y", `it looks like XML, not like a table`},
		{"binary", "a.bin", "\x7fELF\x02\x01\x01\x00\x00\x03 nothing", "y", `it is binary, not a table`},
		{"parquet by another name", "a.csv", "PAR1\x00\x00", "y", `a Parquet file whose name does not end in .parquet: rename it`},
		{"a broken parquet", "a.parquet", "PAR1 and no more", "y", `parquet`},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), c.file)
			require.NoError(t, os.WriteFile(file, []byte(c.text), 0o600))
			dir := empty(t)
			before := contents(t, dir)
			err := (&request{dir: dir, data: file, target: c.target}).run(context.Background(), io.Discard)
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			assert.Contains(t, err.Error(), file, "the file is not named")
			assert.Equal(t, before, contents(t, dir), "something changed")
		})
	}
}

// What is asked for is checked before any file is read, and what would be
// replaced without a way back.
func TestWrongPlaces(t *testing.T) {
	dir := empty(t)
	table := filepath.Join(t.TempDir(), "a.csv")
	require.NoError(t, os.WriteFile(table, []byte(rows("area,rooms,price", "%d,3,7", 50)), 0o600))
	check := func(r request, want string) {
		t.Helper()
		r.dir = dir
		assert.ErrorContains(t, r.run(context.Background(), io.Discard), want)
	}
	check(request{data: "nowhere.csv"}, "there is no file nowhere.csv")
	check(request{data: dir}, "is a folder: name the file of the table")
	constant := `the target "price" is "7" in all rows`
	check(request{data: table}, constant)

	git := func(args ...string) {
		t.Helper()
		out, err := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@b"}, args...)...).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	git("init", "--quiet")
	git("add", "--all")
	git("commit", "--quiet", "--message", "a")
	require.NoError(t, project.Put(dir, "notes.txt", []byte("mine")))
	check(request{data: table}, constant)
	require.NoError(t, project.Put(dir, "data/external/a.csv", []byte("another table")))
	check(request{data: table}, "changes that are not committed, and files would be replaced: commit them first\n?? data/external/a.csv")
	check(request{data: filepath.Join(dir, "data/external/a.csv")}, "there is one column")
	require.NoError(t, os.Remove(filepath.Join(dir, "data/external/a.csv")))
	require.NoError(t, project.Put(dir, "configs/model.yaml", []byte("mine")))
	check(request{data: table}, "commit them first\n M configs/model.yaml")
}
