package tests

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/engine/must"
)

// A package of the engine states its contract, documents what it exports, and shows its
// use in an example that is run. Programs have none, as the stories run them: examples,
// and commands, which export Run alone.
func TestEngineIsALibrary(t *testing.T) {
	dirs := map[string]bool{}
	for _, p := range packages(t, "../engine") {
		dirs[p.dir] = !forTests(p.dir) && !within(p.dir, "engine/examples")
	}
	for dir, isLibrary := range dirs {
		if !isLibrary {
			continue
		}
		paths := must.Get(filepath.Glob("../" + dir + "/*.go"))(t)
		var files []*ast.File
		fset := token.NewFileSet()
		for _, path := range paths {
			file := must.Get(parser.ParseFile(fset, path, nil, parser.ParseComments))(t)
			files = append(files, file)
		}
		shown := slices.ContainsFunc(doc.Examples(files...), func(e *doc.Example) bool { return e.Output != "" })
		p := must.Get(doc.NewFromFiles(fset, files, dir))(t)
		commented := func(text string, names ...string) { assert.NotEmpty(t, text, "%s: no comment on %q", dir, names) }
		commented(p.Doc, "package")
		values, funcs := slices.Concat(p.Consts, p.Vars), p.Funcs
		for _, typ := range p.Types {
			commented(typ.Doc, typ.Name)
			values, funcs = slices.Concat(values, typ.Consts, typ.Vars), append(funcs, typ.Funcs...)
		}
		for _, v := range values {
			commented(v.Doc, v.Names...)
		}
		for _, f := range funcs {
			commented(f.Doc, f.Name)
		}
		exports := len(p.Types)+len(values)+len(funcs) > 0 // or else it is imported for its effect
		assert.True(t, shown || !exports || within(dir, "engine/commands"), "%s: no example with its output", dir)
	}
}
