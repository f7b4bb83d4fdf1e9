// Package results holds the form of the JSON files that stages hand on, so
// that who writes and who reads them agree, and prints their numbers for people. No
// file holds a clock, a host or a path: the same inputs give the same bytes.
package results

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
)

// Marshal returns v as the indented JSON of a file.
func Marshal(v any) ([]byte, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	return append(data, '\n'), err
}

// MarshalCompact is Marshal with each list of numbers on one line: a file of
// many is read by programs.
func MarshalCompact(v any) ([]byte, error) {
	data, err := Marshal(v)
	return numbers.ReplaceAllFunc(data, func(list []byte) []byte {
		return bytes.ReplaceAll(blanks.ReplaceAll(list, nil), []byte(","), []byte(", "))
	}), err
}

var (
	numbers = regexp.MustCompile(`\[\s*-?[0-9][-+.0-9e,\s]*\]`)
	blanks  = regexp.MustCompile(`\s+`)
)

// File is given its content in one piece, as a stage's output is.
type File interface{ WriteFile(data []byte) error }

// Write makes f hold v as Marshal prints it.
func Write(f File, v any) error { return write(f, v, Marshal) }

// WriteCompact makes f hold v as MarshalCompact prints it.
func WriteCompact(f File, v any) error { return write(f, v, MarshalCompact) }

func write(f File, v any, marshal func(any) ([]byte, error)) error {
	data, err := marshal(v)
	if err != nil {
		return err
	}
	return f.WriteFile(data)
}

// Read loads a file that Marshal made.
func Read(path string, v any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}
