package project

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

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
