package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Error is trouble with one place of a file of settings.
type Error struct {
	File         string
	Line, Column int    // from 1, in characters; 0 where the place is not in the file
	Key          string // such as columns[2].steps[0].alpha; empty for the whole file
	Problem      string // what is wrong and what is allowed
	Excerpt      string // the line and the one before, with a mark below the column
}

// Details returns the excerpt; package command prints it below the error.
func (e *Error) Details() string { return e.Excerpt }

// Error is one line, `configs/model.yaml:12:5: estimator.ridge.alpha: -1 is
// less than 0`, without the excerpt.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	return b.String() + e.Problem
}

// Invalid returns an error for a method Validate to return: key is relative
// to the struct, such as "max" or "bins[1].edge", or empty for the whole of
// it.
func Invalid(key, format string, args ...any) error {
	return &Error{Key: key, Problem: fmt.Sprintf(format, args...)}
}

// Unknown returns the error for a name that is none of the known ones, with
// the nearest of them where one is near. The place is that of the node.
func Unknown(node ast.Node, what, name string, known []string) error {
	return errorAt(node, "unknown %s %q; %s", what, name, suggestion(name, known))
}

func errorAt(node ast.Node, format string, args ...any) *Error {
	e := &Error{Problem: fmt.Sprintf(format, args...)}
	e.place(node)
	return e
}

// place fills in where the node stands, unless the place is known already.
func (e *Error) place(node ast.Node) {
	if e.Line > 0 || node == nil {
		return
	}
	e.Line, e.Column = position(node)
	e.Key = joinKey(keyPath(node), e.Key)
}

// placed makes an *Error of any error from below the node.
func placed(err error, node ast.Node) error {
	if err == nil {
		return nil
	}
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Problem: err.Error()}
	}
	e.place(node)
	return e
}

// inFile adds to an *Error the file and the excerpt.
func inFile(err error, name string, data []byte) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	e.File = name
	e.Excerpt = excerpt(string(data), e.Line, e.Column)
	return e
}

func excerpt(source string, line, column int) string {
	lines := strings.Split(source, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	var b strings.Builder
	width := len(fmt.Sprint(line))
	for n := max(1, line-1); n <= line; n++ {
		fmt.Fprintf(&b, "  %*d | %s\n", width, n, lines[n-1])
	}
	fmt.Fprintf(&b, "  %*s | %s^", width, "", indent(lines[line-1], column-1))
	return b.String()
}

// indent returns blanks as wide as the first n characters of the line, tabs
// kept, so that the mark stands below its character.
func indent(line string, n int) string {
	var b strings.Builder
	for i, r := range []rune(line) {
		if i >= n {
			break
		}
		if r != '\t' {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}

// position is where the text of the node starts. The token of a mapping is
// the colon of its first pair, so its key is asked instead.
func position(node ast.Node) (line, column int) {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return position(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return position(n.Key)
	}
	token := node.GetToken()
	if token == nil || token.Position == nil {
		return 0, 0
	}
	return token.Position.Line, max(token.Position.Column, 1)
}

func keyPath(node ast.Node) string {
	path := strings.TrimPrefix(node.GetPath(), "$")
	return strings.TrimPrefix(path, ".")
}

func joinKey(parent, key string) string {
	if parent == "" || key == "" || key[0] == '[' {
		return parent + key
	}
	return parent + "." + key
}
