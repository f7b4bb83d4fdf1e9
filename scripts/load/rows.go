package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// testRows returns the test rows, with the columns of the example; or the example
// alone where there is no such file.
func testRows(work string, example []byte) ([][]byte, error) {
	path := filepath.Join(work, "data/processed/test.csv")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return [][]byte{example}, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(records) < 2 {
		return nil, fmt.Errorf("%s has no rows: make features", path)
	}
	var columns map[string]any
	if err := json.Unmarshal(example, &columns); err != nil {
		return nil, err
	}
	place := map[string]int{}
	for name := range columns {
		if place[name] = slices.Index(records[0], name); place[name] < 0 {
			return nil, fmt.Errorf("%s has no column %q", path, name)
		}
	}
	var rows [][]byte
	for _, record := range records[1:] {
		row := map[string]any{}
		for name, value := range columns {
			if text := record[place[name]]; text == "" {
				row[name] = nil
			} else if _, isText := value.(string); isText {
				row[name] = text
			} else {
				row[name] = json.RawMessage(text)
			}
		}
		data, err := json.Marshal(row)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		rows = append(rows, data)
	}
	return rows, nil
}

// list is a list of n rows: of these, over and over.
func list(rows [][]byte, n int) []byte {
	all := slices.Repeat(rows, (n+len(rows)-1)/len(rows))[:n]
	return fmt.Appendf(nil, "[%s]", bytes.Join(all, []byte(",")))
}

// showHead begins a table, of which show, atMost and atLeast print a figure a line as it
// comes, beside its floor.
func showHead() {
	fmt.Printf("%-36s %14s   %s\n%s\n", "", "here", "floor", strings.Repeat("-", 76))
}

func show(name, value string) { fmt.Printf("%-36s %14s\n", name, value) }

func atMost(name, value string, met bool, floor string) {
	against(name, value, met, "at most "+floor)
}

func atLeast(name, value string, met bool, floor string) {
	against(name, value, met, "at least "+floor)
}

func against(name, value string, met bool, floor string) {
	if !met {
		floor += "  MISSED"
	}
	fmt.Printf("%-36s %14s   %s\n", name, value, floor)
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}

// thousands prints a number with commas, one decimal if it is small.
func thousands(v float64) string {
	if v < 100 {
		return fmt.Sprintf("%.1f", v)
	}
	s := fmt.Sprintf("%.0f", v)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func megabytes(bytes int) string { return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20)) }
