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
