package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// commit starts a history in dir, where there is none, with all files as its
// first commit. Without git there is no history, and no error.
func commit(dir string, origin record) error {
	if _, err := exec.LookPath("git"); err != nil {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
		return nil // it is the person's to commit
	}
	for _, args := range [][]string{
		{"init", "--quiet"},
		{"symbolic-ref", "HEAD", "refs/heads/main"}, // not `init -b`, which older gits lack
		{"add", "--all"},
	} {
		if err := git(dir, args...); err != nil {
			return err
		}
	}
	message := "start from the template"
	if origin.Version != "" {
		message += " at " + origin.Version
	}
	args := append(identity(dir), "commit", "--quiet", "--message", message)
	return git(dir, args...)
}

// identity gives the commit an author where git knows none.
func identity(dir string) []string {
	if out, err := exec.Command("git", "-C", dir, "config", "user.email").Output(); err == nil && len(out) > 0 {
		return nil
	}
	return []string{"-c", "user.name=new", "-c", "user.email=new@localhost"}
}

func git(dir string, args ...string) error {
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s: %s", args[0], strings.TrimSpace(string(out)))
	}
	return nil
}

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
