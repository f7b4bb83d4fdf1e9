package drift

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// Files below the work folder: how the test rows differ from the training
// rows, and the folder of comparisons with other tables.
const (
	TestFile = "reports/drift.json"
	Dir      = "reports/drift"
)

// JSON returns the indented text of a report's file.
func (r *Report) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(r)
	return b.Bytes(), err
}

// ReadReport reads a file that holds a report.
func ReadReport(path string) (*Report, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := &Report{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return r, nil
}
