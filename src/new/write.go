package main

import (
	"bytes"
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// written are the files that a new project has in the place of the template's.
//
//go:embed all:files
var written embed.FS

// write makes the files that are the project's own: its papers, its settings
// and its table.
func (p *project) write(dir string) error {
	root, err := fs.Sub(written, "files")
	if err != nil {
		return err
	}
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if p.study != nil && strings.HasPrefix(name, "configs/") {
			return nil
		}
		text, err := p.render(root, name)
		if err != nil {
			return err
		}
		return put(dir, strings.TrimSuffix(name, ".tmpl"), text)
	})
	if err != nil || p.study == nil {
		return err
	}
	return p.study.write(dir)
}

// render fills in a file whose name ends in .tmpl; others stand as they are.
func (p *project) render(root fs.FS, name string) ([]byte, error) {
	text, err := fs.ReadFile(root, name)
	if err != nil || !strings.HasSuffix(name, ".tmpl") {
		return text, err
	}
	t, err := template.New(name).Parse(string(text))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, map[string]any{"Name": p.names.Short, "Module": p.names.Module, "Study": p.study})
	return b.Bytes(), err
}

func put(dir, name string, text []byte) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
