package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// names are what a project is called: its Go module, and the short name of its
// container image and of files in the temporary folder.
type names struct {
	Module, Short string
}

var (
	modulePattern = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._~-]*(/[a-zA-Z0-9_~-][a-zA-Z0-9._~-]*)*$`)
	moduleLine    = regexp.MustCompile(`(?m)^module (\S+)$`)
	version       = regexp.MustCompile(`^v[0-9]+$`)
	unfit         = regexp.MustCompile(`[^a-z0-9]+`)
)

// newNames checks a module's path. The short name is its last part that is no
// version, in lower case and with hyphens, as container images need it.
func newNames(module string) (names, error) {
	if !modulePattern.MatchString(module) || strings.HasSuffix(module, ".") {
		return names{}, fmt.Errorf("module %q: give a path as in an import, for example github.com/me/churn", module)
	}
	base := path.Base(module)
	if version.MatchString(base) && module != base {
		base = path.Base(path.Dir(module))
	}
	short := strings.Trim(unfit.ReplaceAllString(strings.ToLower(base), "-"), "-")
	if short == "" {
		return names{}, fmt.Errorf("module %q: its last part has no letter or digit to name the project by", module)
	}
	return names{module, short}, nil
}

// namesOf reads the names of the project at dir.
func namesOf(dir string) (names, error) { return namesIn(filepath.Join(dir, "go.mod")) }

func namesIn(file string) (names, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return names{}, err
	}
	m := moduleLine.FindSubmatch(data)
	if m == nil {
		return names{}, fmt.Errorf("%s: there is no line `module …`", file)
	}
	return newNames(string(m[1]))
}

// namesUsed reads the names that files of the project at dir may have. gonew
// renames go.mod and imports alone; go.tool.mod and the rest keep the names before.
func namesUsed(dir string) ([]names, error) {
	now, err := namesOf(dir)
	if err != nil {
		return nil, err
	}
	before, err := namesIn(filepath.Join(dir, "go.tool.mod"))
	switch {
	case errors.Is(err, os.ErrNotExist), err == nil && before == now:
		return []names{now}, nil
	case err != nil:
		return nil, err
	}
	return []names{now, before}, nil
}

// rename returns the content of a file under the new names: the module's path
// anywhere, the short name outside of Go code, where it is a word of its own
// and no file's. Binary files stay as they are.
func (old names) rename(name string, data []byte, to names) []byte {
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
