package predictionlog

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// Record is a line of a log.
type Record struct {
	Time    time.Time `json:"time"`
	Request string    `json:"request"`
	Row     int       `json:"row"`
	Model   string    `json:"model"` // version
	// Inputs holds a number, a text or null for each column that is kept. A
	// hashed one is a text.
	Inputs     map[string]any `json:"inputs"`
	Prediction any            `json:"prediction"` // number or label

	Lower         *float64           `json:"lower"` // null is without end
	Upper         *float64           `json:"upper"`
	Probabilities map[string]float64 `json:"probabilities"` // by label
	Set           []string           `json:"set"`
}

// maxLine is how long a line may be; a longer one is passed over.
const maxLine = 1 << 20

// Reader reads the records of a log, the oldest first, in constant memory.
type Reader struct {
	paths   []string
	file    *os.File
	lines   *bufio.Reader
	skipped int
}

// NewReader returns a reader of a log's folder, or of one of its files. A
// folder without files is an error.
func NewReader(path string) (*Reader, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	r := &Reader{paths: []string{path}}
	if info.IsDir() {
		if r.paths, err = Files(path); err != nil {
			return nil, err
		}
		if len(r.paths) == 0 {
			return nil, fmt.Errorf("%s: holds no predictions, which are files such as %s", path, fileName(1))
		}
	}
	return r, nil
}

// Next returns the next record, io.EOF after the last. Lines that are none,
// such as one that a kill cut short, are passed over and counted; so is a file
// that the writer has removed in the meantime.
func (r *Reader) Next() (Record, error) {
	for {
		line, err := r.line()
		if err != nil {
			return Record{}, err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var record Record
		if json.Unmarshal(line, &record) == nil && record.Request != "" && record.Inputs != nil {
			return record, nil
		}
		r.skipped++
	}
}

// line returns the next line, which is valid until the next call.
func (r *Reader) line() ([]byte, error) {
	for {
		if r.lines == nil {
			if err := r.open(); err != nil {
				return nil, err
			}
			continue
		}
		line, err := r.lines.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			r.skipped++
			if err := r.passOver(); err != nil {
				return nil, err
			}
		case err == nil, errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil
		case errors.Is(err, io.EOF):
			if err := r.Close(); err != nil {
				return nil, err
			}
		default:
			return nil, err
		}
	}
}

// passOver skips the rest of a line that is too long.
func (r *Reader) passOver() error {
	for {
		_, err := r.lines.ReadSlice('\n')
		if err == nil || errors.Is(err, io.EOF) {
			return nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// open opens the next file.
func (r *Reader) open() error {
	for len(r.paths) > 0 {
		path := r.paths[0]
		r.paths = r.paths[1:]
		file, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		r.file, r.lines = file, bufio.NewReaderSize(file, maxLine)
		return nil
	}
	return io.EOF
}

// Skipped is how many lines were passed over so far.
func (r *Reader) Skipped() int { return r.skipped }

// Close ends the reading of the present file.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file, r.lines = nil, nil
	return err
}
