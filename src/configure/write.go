package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"example.com/engine/project"
	"example.com/engine/schema"
	"example.com/engine/schema/infer"
)

// writeData writes data.yaml and schema.yaml.
func (s *studied) writeData() error {
	var b bytes.Buffer
	b.WriteString("# Where the table comes from (fetch) and how it is read (clean).\n\nfetch:\n")
	fmt.Fprintf(&b, "  source: %s\n  sha256: %s\n", quoted(s.Source), s.SHA256)
	if s.Member != "" {
		fmt.Fprintf(&b, "  member: %s\n", quoted(s.Member))
	}
	if s.Name != "" {
		fmt.Fprintf(&b, "  name: %s\n", quoted(s.Name))
	}
	b.WriteString("\n")
	if err := s.WriteClean(&b); err != nil {
		return err
	}
	s.files["configs/data.yaml"] = b.Bytes()

	kept := *s.Inference
	kept.Schema.Columns, kept.Facts = nil, nil
	for i, c := range s.Schema.Columns {
		if s.uses[i].kind != leftOut {
			kept.Schema.Columns = append(kept.Schema.Columns, c)
			kept.Facts = append(kept.Facts, s.Facts[i])
		}
	}
	var text bytes.Buffer
	if err := kept.WriteYAML(&text); err != nil {
		return err
	}
	s.writeLeftOut(&text)
	s.files["configs/schema.yaml"] = text.Bytes()
	return nil
}

// writeLeftOut adds the columns that nothing reads, as comments.
func (s *studied) writeLeftOut(b *bytes.Buffer) {
	names := s.of(leftOut)
	if len(names) == 0 {
		return
	}
	b.WriteString("\n# Left out, so that nobody has to know them for a prediction. To use one, take away\n" +
		"# the number signs before its lines, and name it in model.yaml.\n")
	for i, c := range s.Schema.Columns {
		if s.uses[i].kind != leftOut {
			continue
		}
		fmt.Fprintf(b, "# %s:\n", s.uses[i].why)
		one := infer.Inference{Schema: schema.Schema{Columns: []schema.Column{c}}, Facts: make([]infer.Facts, 1)}
		var text bytes.Buffer
		_ = one.WriteYAML(&text) // to a buffer
		_, entry, _ := strings.Cut(text.String(), "\ncolumns:\n")
		for line := range strings.Lines(entry) {
			b.WriteString("#" + line)
		}
	}
	fmt.Fprintf(b, "\n# Columns of the file that are left out without a warning.\nignore: %s\n", quotedAll(names))
}

// writeServe writes serve.yaml, with a row for people to begin with.
func (s *studied) writeServe(name string) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# How the server runs. All that can be set is in engine/serving/settings.go.\nname: %s\n", quoted(name))
	b.WriteString("\n# The row that the page and the API's description start with: the first test row.\nexample:\n")
	for _, f := range s.example {
		fmt.Fprintf(&b, "  %s: %s\n", quoted(f.name), f.json)
	}
	s.files["configs/serve.yaml"] = b.Bytes()
}

// write puts the settings and the table into the project at dir.
func (s *studied) write(dir string) error {
	for name, text := range s.files {
		if err := project.Put(dir, name, text); err != nil {
			return err
		}
	}
	return s.bundle(dir)
}

// bundle copies the table into the project, if it came from a file.
func (s *studied) bundle(dir string) error {
	if !s.Bundled {
		return nil
	}
	name := filepath.FromSlash(s.Source)
	if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
		return err
	}
	if !sameFile(s.path, filepath.Join(dir, name)) {
		if err := copyBytes(s.path, filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	if s.Size <= mostCommitted {
		return nil
	}
	f, err := os.OpenFile(filepath.Join(dir, ".gitignore"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintf(f, "# Large: keep it elsewhere, and name its place as fetch.source of data.yaml.\n/%s\n",
		strings.ReplaceAll(s.Source, " ", `\ `))
	return err
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

// quoted writes a text as YAML: in double quotes, as JSON, which YAML takes.
func quoted(s string) string { return jsonText(s) }

func quotedAll(all []string) string {
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = quoted(s)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func jsonText(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}
