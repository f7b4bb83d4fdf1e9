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

// The patterns here are as of path.Match, or folders with a slash at the end.

// example holds what is about the template's example: a new project has its own in
// their place, or none.
var example = []string{
	recordFile, "README.md", "CHANGELOG.md", "CONTRIBUTING.md", ".github/workflows/ci.yml", "configs/", "data/external/",
	"src/own/columns*.go", "src/own/rules*.go",
}

// template holds what is for work on the template itself.
var template = []string{
	".ci/", ".github/", ".golangci.yml", ".pre-commit-config.yaml", ".shellcheckrc",
	"docs/benchmarks.md", "docs/curriculum.md", "docs/own-data.md", "docs/decisions/", "docs/*.png",
	"scripts/", "src/new/", "src/peers/", "tests/", "zenml/",
}

// kept are exceptions of these: tests that hold for any project.
var kept = []string{"tests/own_test.go"}

// parts are what a project takes of the template if it is asked for by name.
var parts = map[string][]string{
	"slurm": {"scripts/slurm/"},
	"zenml": {"zenml/", "scripts/zenml.mk", "scripts/zenml.sh"},
}

// before is what stayed behind when a copy had all but the example.
var before = []string{
	recordFile, "README.md", "CHANGELOG.md", "configs/", "data/external/",
	"docs/curriculum.md", "docs/*.png", "tests/template*_test.go", "tests/interop/book.sh", "tests/interop/reproduce.sh", "tests/interop/template.sh", "tests/interop/template/",
}

// made holds the folders of what stages and builds make. Their README files are
// the project's.
var made = []string{".git/", "bin/", "data/raw/", "data/processed/", "models/", "reports/"}

// staysBehind returns what tells of a file of the template at dir whether a project
// with these parts does without it.
func staysBehind(dir string, wanted []string) func(name string) bool {
	if tookAll(dir) {
		return func(name string) bool { return matches(before, name) }
	}
	taken := slices.Clone(kept)
	for _, part := range wanted {
		taken = append(taken, parts[part]...)
	}
	return func(name string) bool {
		return matches(example, name) || matches(template, name) && !matches(taken, name) || testsTemplate(name)
	}
}

// tookAll tells whether the template at dir is of the time when a copy had all but
// the example, texts as they were.
func tookAll(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "engine/make"))
	return err != nil
}

// testsTemplate tells whether the file is a test of the engine or of a program, or
// what such a test reads. Tests of src/own are the project's.
func testsTemplate(name string) bool {
	inside := strings.HasPrefix(name, "engine/") || strings.HasPrefix(name, "src/") && !strings.HasPrefix(name, "src/own/")
	return inside && (strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/testdata/"))
}

// partsIn lists the parts that the project at dir has.
func partsIn(dir string) []string {
	var found []string
	for part, files := range parts {
		if _, err := os.Stat(filepath.Join(dir, files[0])); err == nil {
			found = append(found, part)
		}
	}
	slices.Sort(found)
	return found
}

// partsNamed reads names with commas between them.
func partsNamed(names string) ([]string, error) {
	wanted := strings.FieldsFunc(names, func(r rune) bool { return r == ',' || r == ' ' })
	for _, part := range wanted {
		if _, ok := parts[part]; !ok {
			return nil, fmt.Errorf("WITH=%s: there is no part %q; there are slurm and zenml", names, part)
		}
	}
	return wanted, nil
}

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
