package tests

import (
	"bytes"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// A file is read at one sitting, and a package's list of files at a glance.
const (
	mostFileLines    = 300
	mostPackageFiles = 25 // outside tests
)

// TestFloors holds every file and package of both modules to these sizes.
func TestFloors(t *testing.T) {
	files := map[string]int{} // of Go, by folder
	for _, root := range []string{"../engine", "../src", "../scripts", "."} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.Contains(path, "testdata") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			assert.LessOrEqual(t, bytes.Count(data, []byte("\n")), mostFileLines, "lines of %s", path)
			if !strings.HasSuffix(path, "_test.go") {
				files[filepath.Dir(path)]++
			}
			return nil
		})
		require.NoError(t, err)
	}
	require.NotEmpty(t, files)
	for dir, n := range files {
		assert.LessOrEqual(t, n, mostPackageFiles, "files of %s outside tests", dir)
	}
}

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

// Every test that docs/claims.md names is there, and every test of a claim is named in it.
func TestEachClaimIsHeld(t *testing.T) {
	page := must.Get(os.ReadFile("../docs/claims.md"))(t)
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	var tests []string
	for _, root := range []string{"../engine", "../src", "."} {
		require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			code, err := os.ReadFile(path)
			for _, m := range declared.FindAllSubmatch(code, -1) {
				tests = append(tests, string(m[1]))
			}
			return err
		}))
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(page), -1)
	for _, m := range named {
		assert.Contains(t, tests, m[1], "docs/claims.md")
	}
	for _, name := range tests {
		if strings.HasPrefix(name, "TestClaim") {
			is := func(m []string) bool { return m[1] == name }
			assert.True(t, slices.ContainsFunc(named, is), "docs/claims.md does not name %s", name)
		}
	}
}
