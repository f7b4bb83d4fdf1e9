package project

import (
	"bytes"
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

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
