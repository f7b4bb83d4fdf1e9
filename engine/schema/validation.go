package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// ValidationFile is where the stage clean writes a Validation, below the work
// folder, and ValidationPage where people read it. One that stopped the stage
// stands in FailedFile and FailedPage instead.
const (
	ValidationFile = "reports/validation.json"
	ValidationPage = "reports/validation.html"
	FailedFile     = "reports/validation.failed.json"
	FailedPage     = "reports/validation.failed.html"
)

// Validation is what came of cleaning and checking one file.
type Validation struct {
	Source   string `json:"source"`    // below the work folder
	RowsRead int    `json:"rows_read"` // of the source
	Dropped  []Drop `json:"dropped"`   // in the order of cleaning, also where no row was dropped
	Result          // of the rows that are left
}

// Drop is a reason to leave out rows, and how many it took.
type Drop struct {
	Reason string `json:"reason"`
	Rows   int    `json:"rows"`
}

// JSON returns the indented text of the file.
func (v *Validation) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// ReadValidation reads a file that holds a Validation.
func ReadValidation(path string) (*Validation, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	v := &Validation{}
	if err := json.Unmarshal(data, v); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return v, nil
}
