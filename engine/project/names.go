// Package project knows what a project made from the template is called, and
// the papers it begins with. It needs nothing but the standard library, so that
// `make new` is compiled at once.
package project

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
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

// papers are the files that a project has in the place of the template's. What
// ends in .tmpl is filled in; others stand as they are.
//
//go:embed all:files
var papers embed.FS

// Write writes the papers of a project that has no table yet to dir, with
// settings that tell what to fill in.
func Write(dir string, names Names) error {
	return write(dir, names, nil, func(string) bool { return true })
}

// tables is the paper that says of each bundled table where it comes from.
const tables = "data/external/README.md"

// Described are the papers that Describe writes.
var Described = []string{"README.md", tables}

// Describe writes those papers of the project at dir again that speak of its
// table, of which study tells. What is said of other tables stays.
func Describe(dir string, names Names, study any) error {
	before, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(tables)))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := write(dir, names, study, func(name string) bool { return slices.Contains(Described, name) }); err != nil {
		return err
	}
	now, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(tables)))
	if err != nil {
		return err
	}
	return Put(dir, tables, joined(before, now))
}

// joined adds to a paper the sections of a newer one, but for those that it has.
// Without sections it is taken for the newer one.
func joined(before, now []byte) []byte {
	const heading = "\n## "
	if !bytes.Contains(before, []byte(heading)) {
		return now
	}
	for _, section := range bytes.Split(now, []byte(heading))[1:] {
		title, _, _ := bytes.Cut(section, []byte("\n"))
		if !bytes.Contains(append(before, '\n'), []byte(heading+string(title)+"\n")) {
			before = slices.Concat(bytes.TrimRight(before, "\n"), []byte("\n"+heading), section)
		}
	}
	return before
}

func write(dir string, names Names, study any, wanted func(name string) bool) error {
	root, err := fs.Sub(papers, "files")
	if err != nil {
		return err
	}
	return fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
		name := strings.TrimSuffix(file, ".tmpl")
		if err != nil || d.IsDir() || !wanted(name) {
			return err
		}
		text, err := render(root, file, names, study)
		if err != nil {
			return err
		}
		return Put(dir, name, text)
	})
}

func render(root fs.FS, file string, names Names, study any) ([]byte, error) {
	text, err := fs.ReadFile(root, file)
	if err != nil || !strings.HasSuffix(file, ".tmpl") {
		return text, err
	}
	t, err := template.New(file).Parse(string(text))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, map[string]any{"Name": names.Short, "Study": study})
	return b.Bytes(), err
}

// Put writes a file of dir, whose name has slashes, and makes its folder.
func Put(dir, name string, text []byte) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
