// Package config reads settings from YAML, strictly: an unknown key, a wrong
// type, a value out of range, a duplicate key or a second document is an
// [*Error] that names file, line, column and key and says what is allowed.
//
// Settings are plain structs that hold their defaults before [Load] fills in
// what the file says. Keys are the `yaml` tags; ranges are `validate` tags of
// go-playground/validator, and a struct with a method Validate() error is
// asked as well. A key without a value keeps its default. A list or a map in
// the file replaces the default one; a struct is filled key by key.
//
// A part that comes in several kinds is written as one key, the kind, over
// its settings, or as the kind alone:
//
//	steps:
//	  - standard_scaler
//	  - simple_imputer: {strategy: median}
//
// Its type has UnmarshalYAML(ast.Node) error and uses [OneOf] and [Decode],
// which keep positions in the file.
//
// Note: goccy's own decoder is not used. It turns 1.5 into the integer 1, "3"
// into a number and 00501 into the text 321 without a word, and its errors
// carry no key path. Its parser, with exact positions, is.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxSize bounds a file of settings, in bytes.
const maxSize = 1 << 20

// Load reads the file into v, a pointer that holds the defaults. A missing
// file leaves the defaults; a missing directory is an error. Either way the
// result is validated.
func Load(path string, v any) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		dir := filepath.Dir(path)
		if _, err := os.Stat(dir); err != nil {
			return fmt.Errorf("configuration folder %s does not exist", dir)
		}
		data, err = nil, nil
	}
	if err != nil {
		return err
	}
	return Parse(path, data, v)
}

// Parse is Load on the bytes of a file; name stands for it in errors.
func Parse(name string, data []byte, v any) error {
	if len(data) > maxSize {
		return &Error{File: name, Problem: fmt.Sprintf("has %d bytes, more than the %d allowed", len(data), maxSize)}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	root, err := parse(data)
	if err == nil {
		err = Decode(root, v)
	}
	return inFile(err, name, data)
}

// parse returns the one document with its aliases put in, or nil where there
// is none.
func parse(data []byte) (root ast.Node, err error) {
	defer func() { // The parser is known to panic on some malformed input.
		if r := recover(); r != nil {
			root, err = nil, &Error{Problem: "is not valid YAML"}
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, syntaxError(err)
	}
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.DirectiveType {
			continue
		}
		if root != nil {
			return nil, errorAt(doc.Body, "a second document starts here; only one is allowed")
		}
		root = doc.Body
	}
	if root == nil {
		return nil, nil
	}
	return resolve(root)
}

func syntaxError(err error) error {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil {
		return &Error{Problem: err.Error()}
	}
	pos := e.GetToken().Position
	problem := duplicate.ReplaceAllString(e.GetMessage(), "the key $1 stands on line $2 already")
	return &Error{Line: pos.Line, Column: pos.Column, Problem: problem}
}

// duplicate is the parser's message about a key that is given twice.
var duplicate = regexp.MustCompile(`^mapping key (".*") already defined at \[(\d+):\d+\]$`)
