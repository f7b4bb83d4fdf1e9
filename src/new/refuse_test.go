package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rows repeats a line n times, with the number of the row for %d.
func rows(header, line string, n int) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range n {
		fmt.Fprintln(&b, strings.ReplaceAll(line, "%d", fmt.Sprint(i)))
	}
	return b.String()
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
			dir, dest := t.TempDir(), filepath.Join(t.TempDir(), "dest")
			file := filepath.Join(dir, c.file)
			require.NoError(t, os.WriteFile(file, []byte(c.text), 0o600))
			p := project{dir: "../..", dest: dest, module: "github.com/me/x", data: file, target: c.target}
			err := run(context.Background(), &p, io.Discard)
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			assert.Contains(t, err.Error(), file, "the file is not named")
			assert.NoDirExists(t, dest)
		})
	}
}

// What is asked for is checked before any file is read.
func TestWrongPlaces(t *testing.T) {
	dir := tree(t, "Makefile")
	check := func(p project, want string) {
		t.Helper()
		p.dir = dir
		assert.ErrorContains(t, run(context.Background(), &p, io.Discard), want)
	}
	check(project{dest: filepath.Join(dir, "churn")}, "lies in the template: choose a folder beside it, as ../churn")
	check(project{dest: tree(t)}, "is not empty: choose another folder")
	check(project{dest: filepath.Join(t.TempDir(), "x"), module: "my module"}, `module "my module": give a path as in an import`)
	check(project{dest: filepath.Join(t.TempDir(), "x"), target: "y"}, "TARGET=y needs a table: add DATA=")
	check(project{dest: filepath.Join(t.TempDir(), "x"), data: "nowhere.csv"}, "there is no file nowhere.csv")
	check(project{dest: filepath.Join(t.TempDir(), "x"), data: dir}, "is a folder: name the file of the table")
	gitIn(t, dir, "init", "--quiet")
	check(project{dest: dir}, "has changes that are not committed, and settings would be replaced: commit them first")
}

func TestDistance(t *testing.T) {
	assert.Equal(t, 0, distance("Price", "price"))
	assert.Equal(t, 3, distance("kitten", "sitting"))
	assert.Equal(t, 4, distance("", "four"))
}
