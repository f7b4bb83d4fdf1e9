package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/engine/project"
)

// copyProject writes the files of the template at dir that a project with these parts
// takes to dest, under the new names, and returns how many there are. The engine's
// files stay as they are, and have their hash beside them.
func copyProject(dir, dest string, to project.Names, parts []string) (int, error) {
	from, err := namesUsed(dir)
	if err != nil {
		return 0, err
	}
	files, err := sources(dir, parts)
	if err != nil {
		return 0, err
	}
	r := renaming{from, to, files, !tookAll(dir)}
	for _, name := range files {
		if err := copyFile(filepath.Join(dir, name), filepath.Join(dest, name), name, r); err != nil {
			return 0, fmt.Errorf("copying %s: %w", name, err)
		}
	}
	if !slices.ContainsFunc(files, ofEngine) {
		return len(files), nil
	}
	return len(files) + 1, writeHash(dest, slices.DeleteFunc(files, func(name string) bool { return !ofEngine(name) }))
}

const (
	engineFolder = "engine/"
	hashFile     = engineFolder + "HASH"
)

func ofEngine(name string) bool { return strings.HasPrefix(name, engineFolder) && name != hashFile }

// writeHash writes the hash of the engine's files, which are sorted, as
// engine/scripts/hash.sh prints it.
func writeHash(dest string, files []string) error {
	list := sha256.New()
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(dest, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(list, "%x  %s\n", sha256.Sum256(data), strings.TrimPrefix(name, engineFolder))
	}
	return os.WriteFile(filepath.Join(dest, hashFile), fmt.Appendf(nil, "%x\n", list.Sum(nil)), 0o644)
}

// renaming is what becomes of the texts of a copy: names that they may have now, names
// that they get, and all files of the copy.
type renaming struct {
	old   []project.Names
	to    project.Names
	files []string

	unlink bool // what stays behind
}

func copyFile(from, to, name string, r renaming) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	text := data
	if !strings.HasPrefix(name, engineFolder) {
		for _, old := range r.old {
			text = rename(old, name, text, r.to)
		}
		if r.unlink {
			text = unlink(name, text, r.files)
		}
	}
	return writeFile(to, text, info.Mode().Perm()|0o200|executable(data))
}

// executable are the bits of a script: archives of Go modules don't keep them.
func executable(data []byte) os.FileMode {
	if bytes.HasPrefix(data, []byte("#!")) {
		return 0o111
	}
	return 0
}

func writeFile(path string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, mode)
}

// replace makes of the copy of the template at dir the project at made: what is
// about the template or its example goes, what differs changes.
func replace(dir, made string, parts []string) error {
	if err := strip(dir, parts); err != nil {
		return err
	}
	return filepath.WalkDir(made, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(made, path)
		if err != nil {
			return err
		}
		return overwrite(filepath.Join(dir, name), path)
	})
}

// overwrite makes a file like another, and leaves it alone if it is already.
func overwrite(path, like string) error {
	data, err := os.ReadFile(like)
	if err != nil {
		return err
	}
	info, err := os.Stat(like)
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return os.Chmod(path, info.Mode().Perm())
	}
	_ = os.Remove(path) // a program that runs can't be written to
	return writeFile(path, data, info.Mode().Perm())
}

// strip removes the files of dir that a project with these parts does without, but
// not the record of where a copy comes from.
func strip(dir string, parts []string) error {
	files, err := known(dir)
	if err != nil {
		return err
	}
	stays := staysBehind(dir, parts)
	for _, name := range slices.Backward(files) {
		if name == recordFile || !stays(name) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !os.IsNotExist(err) {
			return err
		}
		for up := filepath.Dir(name); up != "."; up = filepath.Dir(up) {
			if os.Remove(filepath.Join(dir, up)) != nil {
				break // it is not empty
			}
		}
	}
	return nil
}
