package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.com/engine/project"
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

// original is the template's own module. gonew renames go.mod and imports alone; the
// rest of a copy keeps the names that this one gives.
const original = "example.com/housing"

// namesUsed lists the names that files of the project at dir may have.
func namesUsed(dir string) ([]project.Names, error) {
	now, err := project.NamesOf(dir)
	if err != nil || now.Module == original {
		return []project.Names{now}, err
	}
	before, err := project.NewNames(original)
	return []project.Names{now, before}, err
}

// rename returns the content of a file under new names: the module's path
// anywhere, the short name outside of Go code, where it is a word of its own
// and no file's. Binary files stay as they are.
func rename(old project.Names, name string, data []byte, to project.Names) []byte {
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

var (
	link     = regexp.MustCompile(`!?\[([^\]]*)\]\(([^)#\s]+)[^)]*\)`)
	pictures = regexp.MustCompile(`(?s)<p>\s*<img src="([^"]+)".*?</p>\n+`)
)

// unlink makes plain words of those links of a page that lead to what stays behind,
// and takes out its pictures.
// Links into what a project has of its own stay: its papers, and what is at an
// address.
func unlink(name string, text []byte, files []string) []byte {
	if path.Ext(name) != ".md" {
		return text
	}
	text = pictures.ReplaceAllFunc(text, func(whole []byte) []byte {
		if leads(path.Dir(name), string(pictures.FindSubmatch(whole)[1]), files) {
			return whole
		}
		return nil
	})
	return link.ReplaceAllFunc(text, func(whole []byte) []byte {
		parts := link.FindSubmatch(whole)
		if leads(path.Dir(name), string(parts[2]), files) {
			return whole
		}
		return parts[1]
	})
}

// leads tells whether there is something in a project with these files at the
// target of a link from a folder.
func leads(folder, target string, files []string) bool {
	if strings.Contains(target, ":") {
		return true
	}
	place := path.Join(folder, target)
	if ok, _ := path.Match("configs/*.yaml", place); ok || slices.Contains([]string{"configs", "README.md", "CHANGELOG.md", "data/external", recordFile}, place) {
		return true
	}
	return slices.ContainsFunc(files, func(file string) bool { return file == place || strings.HasPrefix(file, place+"/") })
}
