package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// copyProject writes the files of the template at dir to dest under the new names, and
// returns how many there are. Where dest is dir itself, files change in place.
func copyProject(dir, dest string, to names) (int, error) {
	from, err := namesUsed(dir)
	if err != nil {
		return 0, err
	}
	files, err := sources(dir)
	if err != nil {
		return 0, err
	}
	for _, name := range files {
		if err := copyFile(filepath.Join(dir, name), filepath.Join(dest, name), name, from, to); err != nil {
			return 0, fmt.Errorf("copying %s: %w", name, err)
		}
	}
	return len(files), nil
}

func copyFile(from, to, name string, old []names, names names) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	text := data
	for _, o := range old {
		text = o.rename(name, text, names)
	}
	if from == to && bytes.Equal(text, data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, info.Mode().Perm()|0o200|executable(data))
}

// executable are the bits of a script: archives of Go modules don't keep them.
func executable(data []byte) os.FileMode {
	if bytes.HasPrefix(data, []byte("#!")) {
		return 0o111
	}
	return 0
}

// strip removes the files of dir that are about the template or its example, but
// for the table, which a person may have put among them.
func strip(dir, table string) error {
	files, err := exampleFiles(dir)
	if err != nil {
		return err
	}
	for _, name := range slices.Backward(files) {
		if sameFile(filepath.Join(dir, name), table) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !os.IsNotExist(err) {
			return err
		}
		_ = os.Remove(filepath.Dir(filepath.Join(dir, name))) // if it is empty now
	}
	return nil
}

// sameFile tells whether both paths are there and are one file.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
