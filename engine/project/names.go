// Package project knows what a project made from the template is called, and
// the papers it begins with. It needs nothing but the standard library, so that
// `make new` is compiled at once.
package project

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Names are what a project is called: its Go module, and the short name of its
// container image and of files in the temporary folder.
type Names struct {
	Module, Short string
}

var (
	modulePattern = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._~-]*(/[a-zA-Z0-9_~-][a-zA-Z0-9._~-]*)*$`)
	moduleLine    = regexp.MustCompile(`(?m)^module (\S+)$`)
	version       = regexp.MustCompile(`^v[0-9]+$`)
	unfit         = regexp.MustCompile(`[^a-z0-9]+`)
)

// NewNames checks a module's path. The short name is its last part that is no
// version, in lower case and with hyphens, as container images need it.
func NewNames(module string) (Names, error) {
	if !modulePattern.MatchString(module) || strings.HasSuffix(module, ".") {
		return Names{}, fmt.Errorf("module %q: give a path as in an import, for example github.com/me/churn", module)
	}
	base := path.Base(module)
	if version.MatchString(base) && module != base {
		base = path.Base(path.Dir(module))
	}
	short := strings.Trim(unfit.ReplaceAllString(strings.ToLower(base), "-"), "-")
	if short == "" {
		return Names{}, fmt.Errorf("module %q: its last part has no letter or digit to name the project by", module)
	}
	return Names{module, short}, nil
}

// NamesOf reads the names of the project at dir.
func NamesOf(dir string) (Names, error) { return NamesIn(filepath.Join(dir, "go.mod")) }

// NamesIn reads names from the line `module …` of a file.
func NamesIn(file string) (Names, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Names{}, err
	}
	m := moduleLine.FindSubmatch(data)
	if m == nil {
		return Names{}, fmt.Errorf("%s: there is no line `module …`", file)
	}
	return NewNames(string(m[1]))
}

// Quote writes a word so that the shell takes it as it is.
func Quote(s string) string {
	safe := !strings.ContainsFunc(s, func(r rune) bool {
		return !(r == '/' || r == '.' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
	})
	if safe && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Committed makes sure that what is replaced at dir can be had again: there, or
// in these files and folders of it, nothing has changed since the last commit.
// Without a repository there is nothing to compare with, and no error.
func Committed(dir string, paths ...string) error {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return nil // as gonew leaves it
	}
	out, err := exec.Command("git", append([]string{"-C", dir, "status", "--porcelain", "--"}, paths...)...).Output()
	if err != nil {
		return fmt.Errorf("git status: %w", err)
	}
	if len(out) > 0 {
		return fmt.Errorf("there are changes that are not committed, and files would be replaced: commit them first\n%s", bytes.TrimRight(out, "\n"))
	}
	return nil
}
