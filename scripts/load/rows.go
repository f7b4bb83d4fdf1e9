package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// list is a list of n rows: of the test rows, over and over, with the columns of
// the example; or of the example alone where there is no such file.
func list(work string, example []byte, n int) ([]byte, error) {
	rows, err := testRows(filepath.Join(work, "data/processed/test.csv"), example)
	if err != nil {
		return nil, err
	}
	all := make([]json.RawMessage, n)
	for i := range all {
		all[i] = rows[i%len(rows)]
	}
	return json.Marshal(all)
}

func testRows(path string, example []byte) ([]json.RawMessage, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return []json.RawMessage{example}, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	records, err := csv.NewReader(f).ReadAll()
	if err != nil || len(records) < 2 {
		return nil, fmt.Errorf("%s: %d lines: %w", path, len(records), err)
	}
	var columns map[string]any
	if err := json.Unmarshal(example, &columns); err != nil {
		return nil, err
	}
	var rows []json.RawMessage
	for _, record := range records[1:] {
		row := map[string]any{}
		for name, value := range columns {
			at := slices.Index(records[0], name)
			if at < 0 {
				return nil, fmt.Errorf("%s has no column %q", path, name)
			}
			if text := record[at]; text == "" {
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
