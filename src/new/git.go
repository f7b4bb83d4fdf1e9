package main

import (
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
	if err := git(dir, "init", "--quiet"); err != nil {
		return err
	}
	// Not `git init -b`, which older gits lack.
	if err := git(dir, "symbolic-ref", "HEAD", "refs/heads/main"); err != nil {
		return err
	}
	if err := git(dir, "add", "--all"); err != nil {
		return err
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
