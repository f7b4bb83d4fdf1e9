package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/engine/model"
	"example.com/engine/project"
	"example.com/engine/results"
	"example.com/engine/schema/infer"
	"example.com/engine/table"
)

// leastRows is how many rows a test part and folds can be made of.
const leastRows = 20

// mostClasses is how many different texts a target may have.
const mostClasses = 200

// checkTable refuses a file that is something else than a table.
func checkTable(path string) error {
	if isParquet(path) {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 4096))
	if err != nil {
		return err
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
	const give = ": give a CSV or Parquet file, the names of the columns in its first line"
	switch {
	case bytes.HasPrefix(head, []byte("PAR1")):
		return errors.New("a Parquet file whose name does not end in .parquet: rename it")
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil // UTF-16
	case len(text) == 0:
		return errors.New("it is empty" + give)
	case bytes.HasPrefix(bytes.ToLower(text), []byte("<!doctype")), bytes.HasPrefix(bytes.ToLower(text), []byte("<html")):
		return errors.New("it is a web page, not a table: perhaps the address asks for a login" + give)
	case text[0] == '{' || text[0] == '[' && bytes.ContainsAny(text, "{"):
		return errors.New("it looks like JSON, not like a table" + give)
	case text[0] == '<':
		return errors.New("it looks like XML, not like a table" + give)
	case bytes.IndexByte(head, 0) >= 0 && !evenZeros(head), bytes.HasPrefix(head, []byte("%PDF")):
		return errors.New("it is binary, not a table" + give)
	}
	return nil
}

func isParquet(path string) bool { return strings.EqualFold(filepath.Ext(path), ".parquet") }

// evenZeros tells whether every second byte is zero, as in UTF-16 without mark.
func evenZeros(b []byte) bool { return len(b) > 3 && b[0] != 0 && b[1] == 0 && b[3] == 0 }

// headerOf returns the names of the columns.
func headerOf(path string) ([]string, error) {
	d, err := table.Sniff(path)
	if err != nil {
		return nil, err
	}
	header, err := table.Header(path, d.Apply(table.Options{Trim: true}))
	if err != nil && !isParquet(path) {
		err = fmt.Errorf("%w: change the first line of the file", err)
	}
	return header, err
}

// checkHeader refuses names that can't be told apart, a single column, and a
// target that is not there.
func checkHeader(header []string, target string) error {
	if len(header) < 2 {
		return fmt.Errorf("there is one column, %q: a table needs one to predict and one to predict it from; "+
			"is the separator a comma, a semicolon, a tab or a bar?", someOf(header))
	}
	if target == "" || slices.Contains(header, target) {
		return nil
	}
	near := slices.Clone(header)
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(distance(a, target), distance(b, target)) })
	if d := distance(near[0], target); d <= len(target)/3+1 {
		return fmt.Errorf("there is no column %q to predict: did you mean TARGET=%s? there are %s", target, project.Quote(near[0]), someOf(header))
	}
	return fmt.Errorf("there is no column %q to predict: there are %s", target, someOf(header))
}

// distance is how many letters must be added, left out or changed to make b of
// a, whatever their case (Levenshtein 1966).
func distance(a, b string) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, c := range x {
		before := row[0]
		row[0] = i + 1
		for j, d := range y {
			same := before
			if c != d {
				same++
			}
			before = row[j+1]
			row[j+1] = min(same, row[j]+1, before+1)
		}
	}
	return row[len(y)]
}

// checkTarget refuses a target that nothing can be learned of, and too few rows.
func (s *studied) checkTarget() error {
	_, f := s.Column(s.Target)
	known := s.Rows - f.Nulls
	switch {
	case known == 0:
		return fmt.Errorf("the target %q is empty in all rows: choose another with TARGET=", s.Target)
	case 2*f.Nulls > s.Rows:
		return fmt.Errorf("the target %q is empty in %d of %d rows: choose another with TARGET=, or leave these rows out of the file "+
			"if they are the ones to predict later", s.Target, f.Nulls, s.Rows)
	case f.Distinct < 2:
		return fmt.Errorf("the target %q is %s in all rows: there is nothing to predict; choose another with TARGET=", s.Target, only(f))
	case known < leastRows:
		return fmt.Errorf("%d rows have a target, and a test part and 5 folds need %d at least: bring more rows", known, leastRows)
	}
	return nil
}

// checkClasses refuses a class that can't be on both sides of a split, and of two
// classes one that can't be on both sides of two folds as well: what judges two
// classes needs rows of both.
func (s *studied) checkClasses() error {
	if s.Task == model.Regression {
		return nil
	}
	_, f := s.Column(s.Target)
	for _, l := range f.Levels {
		if l.Count == 1 {
			return fmt.Errorf("the class %q of the target %q has a single row, which can't be in the training part and in the test part: "+
				"bring more rows of it, leave it out of the file, or put rare classes together", l.Value, s.Target)
		}
		if l.Count < 3 && s.Task == model.Binary {
			return fmt.Errorf("the class %q of the target %q has %d rows, and the test part and two folds need one each: "+
				"bring more rows of it", l.Value, s.Target, l.Count)
		}
	}
	return nil
}

// checkTrained refuses a class of which too few training rows are left for two
// folds: rows that are alike stay together, and may have taken them along.
func (s *studied) checkTrained(t *trial) error {
	if s.Task == model.Regression || s.Rows > manyRows {
		return nil
	}
	left := map[string]int{}
	all := map[string]int{}
	for _, name := range []string{results.Train, results.Test} {
		labels, err := t.classes(name, s.Target)
		if err != nil {
			return err
		}
		for _, l := range labels {
			all[l]++
			if name == results.Train {
				left[l]++
			}
		}
	}
	for _, class := range slices.Sorted(maps.Keys(all)) {
		if left[class] < 2 {
			return fmt.Errorf("the class %q of the target %q has %d rows, of which %d are left to train on beside the test rows, and folds need two: "+
				"bring more rows of it, leave it out of the file, or put rare classes together", class, s.Target, all[class], left[class])
		}
	}
	return nil
}

// checkInputs refuses a table of which no column can tell of the target.
func (s *studied) checkInputs() error {
	if len(s.of(isNumber, isCodes, isMany, isDate)) > 0 {
		return nil
	}
	var reasons []string
	for _, u := range s.uses {
		if u.kind != isTarget {
			reasons = append(reasons, fmt.Sprintf("%q is left out (%s)", u.name, cmp.Or(u.why, string(u.kind))))
		}
	}
	return fmt.Errorf("there is no column to predict %q from: %s; bring more columns, or choose another target with TARGET=",
		s.Target, strings.Join(reasons, ", "))
}

func only(f *infer.Facts) string {
	if len(f.Levels) > 0 {
		return jsonText(f.Levels[0].Value)
	}
	return "the same"
}
