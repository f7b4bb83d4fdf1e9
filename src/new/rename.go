package main

import (
	"bytes"
	"errors"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"example.com/engine/project"
)

// namesUsed reads the names that files of the project at dir may have. gonew
// renames go.mod and imports alone; go.tool.mod and the rest keep the names before.
func namesUsed(dir string) ([]project.Names, error) {
	now, err := project.NamesOf(dir)
	if err != nil {
		return nil, err
	}
	before, err := project.NamesIn(filepath.Join(dir, "go.tool.mod"))
	switch {
	case errors.Is(err, os.ErrNotExist), err == nil && before == now:
		return []project.Names{now}, nil
	case err != nil:
		return nil, err
	}
	return []project.Names{now, before}, nil
}

// rename returns the content of a file under new names: the module's path
// anywhere, the short name outside of Go code, where it is a word of its own
// and no file's. Binary files stay as they are.
func rename(old project.Names, name string, data []byte, to project.Names) []byte {
	if bytes.IndexByte(data, 0) >= 0 || strings.HasPrefix(name, "tests/testdata/") {
		return data
	}
	module := regexp.MustCompile(`(^|[^a-zA-Z0-9._/~-])` + regexp.QuoteMeta(old.Module) + `(/[^/]|["'\s\]),:;@` + "`" + `]|$)`)
	data = module.ReplaceAll(data, []byte("${1}"+to.Module+"${2}"))
	if path.Ext(name) == ".go" || strings.Contains(name, "testdata/") || name == "LICENSE" {
		return data
	}
	short := regexp.MustCompile(`(^|[^a-zA-Z0-9_])` + regexp.QuoteMeta(old.Short) + `(-|[^a-zA-Z0-9._-]|\.?\s|$)`)
	// Twice, since a match takes the character before the next.
	for range 2 {
		data = short.ReplaceAll(data, []byte("${1}"+to.Short+"${2}"))
	}
	return data
}
