package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// sources lists the files of the template at dir that a new project with these
// parts takes, sorted and with slashes: of those that git knows, or of all that no
// stage made where dir is no repository.
func sources(dir string, parts []string) ([]string, error) {
	all, err := known(dir)
	if err != nil {
		return nil, err
	}
	stays := staysBehind(dir, parts)
	all = slices.DeleteFunc(all, func(name string) bool {
		info, err := os.Lstat(filepath.Join(dir, name))
		return stays(name) || err != nil || !info.Mode().IsRegular()
	})
	slices.Sort(all)
	if !slices.Contains(all, "go.mod") || !slices.Contains(all, "Makefile") {
		return nil, fmt.Errorf("%s is no copy of the template: it has no go.mod and Makefile", dir)
	}
	return all, nil
}

func known(dir string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return walked(dir)
	}
	out, err := exec.Command("git", "-C", dir, "ls-files", "-z").Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files in %s: %w", dir, reason(err))
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), nil
}

// walked lists what lies below dir, but for what is made.
func walked(dir string) ([]string, error) {
	var all []string
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, file)
		name := filepath.ToSlash(rel)
		switch {
		case err != nil || rel == ".":
			return err
		case d.IsDir() && (name == ".git" || name == "bin"):
			return filepath.SkipDir
		case !d.IsDir() && (!matches(made, name) || path.Base(name) == "README.md"):
			all = append(all, name)
		}
		return nil
	})
	return all, err
}

// matches tells whether the patterns have a name or a folder above it.
func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if strings.HasSuffix(p, "/") {
			return strings.HasPrefix(name, p)
		}
		ok, _ := path.Match(p, name)
		return ok
	})
}

// reason is what a command said on standard error, where it said anything.
func reason(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return errors.New(string(bytes.TrimSpace(exit.Stderr)))
	}
	return err
}
