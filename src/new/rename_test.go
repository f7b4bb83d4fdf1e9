package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/project"
)

func TestRename(t *testing.T) {
	from, to := project.Names{Module: "example.com/homes", Short: "homes"}, project.Names{Module: "github.com/me/churn", Short: "churn"}
	check := func(file, text, want string) {
		t.Helper()
		assert.Equal(t, want, string(rename(from, file, []byte(text), to)), "%s: %s", file, text)
	}
	check("go.mod", "module example.com/homes\n", "module github.com/me/churn\n")
	check("tests/interop/go.mod", "module example.com/homes/tests/interop", "module github.com/me/churn/tests/interop")
	check("a.go", `import "example.com/homes/src/own"`, `import "github.com/me/churn/src/own"`)
	check("a.go", `import "example.com/engine/table"`, `import "example.com/engine/table"`)
	check("a.yml", "local-prefixes: [example.com/homes]", "local-prefixes: [github.com/me/churn]")
	check("a.go", `check("https://example.com/homes.tgz")`, `check("https://example.com/homes.tgz")`)
	check("a.go", `"data/raw/homes.csv" // of homes`, `"data/raw/homes.csv" // of homes`)
	check("Dockerfile", "docker build -t homes .\n", "docker build -t churn .\n")
	check("run.sh", "homes homes-interop /tmp/homes-x ${IMAGE:-homes} my_homes homess", "churn churn-interop /tmp/churn-x ${IMAGE:-churn} my_homes homess")
	check("run.sh", "cp data/raw/homes.csv homes.tgz", "cp data/raw/homes.csv homes.tgz")
	check("b", "example.com/homes\x00", "example.com/homes\x00")
	check("tests/testdata/x.txtar", "homes", "homes")
}

// gonew renames go.mod and imports; a copy of that has one name.
func TestCopyAfterGonew(t *testing.T) {
	dir := tree(t, "Makefile")
	for name, text := range map[string]string{
		"go.mod": "module github.com/me/churn\n", "page": "module example.com/housing\n",
		"a.go": "import \"github.com/me/churn/src/a\"\n", "Dockerfile": "# docker build -t housing .\n",
	} {
		require.NoError(t, project.Put(dir, name, []byte(text)))
	}
	for _, module := range []string{"github.com/me/churn", "github.com/me/sales"} {
		to := must.Get(project.NewNames(module))(t)
		dest := t.TempDir()
		must.Get(copyProject(dir, dest, to, nil))(t)
		for name, want := range map[string]string{
			"go.mod": "module " + module + "\n", "page": "module " + module + "\n",
			"a.go": "import \"" + module + "/src/a\"\n", "Dockerfile": "# docker build -t " + to.Short + " .\n",
		} {
			text := must.Get(os.ReadFile(filepath.Join(dest, name)))(t)
			assert.Equal(t, want, string(text), name)
		}
	}
}

// A page of a copy has no link that leads nowhere.
func TestUnlink(t *testing.T) {
	files := []string{"docs/serving.md", "src/own/rules.go", "LICENSE"}
	check := func(text, want string) {
		t.Helper()
		assert.Equal(t, want, string(unlink("docs/a.md", []byte(text), files)))
	}
	check("see [it](serving.md#limits), [own](../src/own) and [the licence](../LICENSE)", "see [it](serving.md#limits), [own](../src/own) and [the licence](../LICENSE)")
	check("[decision 0002](decisions/0002-a.md), [penguins](../configs/penguins)", "decision 0002, penguins")
	check("[model](../configs/model.yaml) [web](https://example.com/a) [here](#there)", "[model](../configs/model.yaml) [web](https://example.com/a) [here](#there)")
	check("![a map](map.png)", "a map")
	check("It is\n\n<p>\n  <img src=\"a.png\" width=\"9%\" alt=\"a\">\n  <img src=\"b.png\">\n</p>\n\nhere.\n", "It is\n\nhere.\n")
	check("<p>\n  <img src=\"../LICENSE\">\n</p>\n", "<p>\n  <img src=\"../LICENSE\">\n</p>\n")
	assert.Equal(t, "[a](b)", string(unlink("a.go", []byte("[a](b)"), nil)))
}
