package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// tell says what was made, and what to do next.
func (p *project) tell(w io.Writer) error {
	fmt.Fprintf(w, "new: %s: %d files, module %s\n", short(p.dest), p.files, p.names.Module)
	if p.dirty {
		fmt.Fprintln(w, "new: the template has changes that are not committed; they were copied too")
	}
	fmt.Fprintln(w, "\nNext:")
	if !p.inPlace {
		fmt.Fprintf(w, "  cd %s\n", quote(short(p.dest)))
	}
	if p.study == nil {
		_, err := fmt.Fprintln(w, "  make new DEST=. DATA=path/to/table.csv TARGET=column   # or fill in configs/data.yaml")
		return err
	}
	fmt.Fprintln(w, "  make all     # the model, its metrics, and reports/index.html")
	fmt.Fprintln(w, "  make test")
	fmt.Fprintln(w, "  make serve   # then open http://127.0.0.1:8080, or from another terminal")
	_, err := fmt.Fprintf(w, "  curl -H 'Content-Type: application/json' -d %s http://127.0.0.1:8080/predict\n",
		p.study.QuotedExample())
	return err
}

// short is a path as seen from here, where that is shorter.
func short(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}
