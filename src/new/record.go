package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// recordFile says where a project comes from, for `make template-update`.
const recordFile = ".template"

// record is the template that a project was made from.
type record struct {
	Source  string // where git clones it from
	Version string // a tag or a commit; empty if unknown
}

// originOf describes the template at dir: the address or the folder that it is
// cloned from, and its last commit, as a tag where it has one. dirty tells that
// there are changes after that commit.
func originOf(dir string) (r record, dirty bool, err error) {
	if r.Source, err = filepath.Abs(dir); err != nil {
		return r, false, err
	}
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return r, false, nil
	}
	if remote := gitOutput(dir, "config", "--get", "remote.origin.url"); remote != "" {
		r.Source = remote
		if local := filepath.Join(dir, remote); !strings.Contains(remote, ":") && !filepath.IsAbs(remote) {
			r.Source = filepath.Clean(local)
		}
	}
	if r.Version = gitOutput(dir, "describe", "--tags", "--exact-match", "HEAD"); r.Version == "" {
		r.Version = gitOutput(dir, "rev-parse", "HEAD")
	}
	return r, gitOutput(dir, "status", "--porcelain", "--untracked-files=no") != "", nil
}

// gitOutput returns what a git command prints, or nothing where it fails.
func gitOutput(dir string, args ...string) string {
	out, _ := exec.Command("git", append([]string{"-C", dir}, args...)...).Output()
	return strings.TrimSpace(string(out))
}

// write puts the record into the project at dir.
func (r record) write(dir string) error {
	var b bytes.Buffer
	fmt.Fprintln(&b, "# The template that this project was made from: `make template-update` reads")
	fmt.Fprintln(&b, "# this and brings in what changed there since.")
	fmt.Fprintf(&b, "source: %s\nversion: %s\n", r.Source, r.Version)
	return os.WriteFile(filepath.Join(dir, recordFile), b.Bytes(), 0o644)
}
