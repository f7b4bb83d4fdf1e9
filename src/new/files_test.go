package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/command"
	"example.com/engine/must"
	"example.com/engine/project"
)

// tree makes a folder with these files, each holding its own name.
func tree(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range files {
		require.NoError(t, project.Put(dir, name, []byte(name)))
	}
	require.NoError(t, project.Put(dir, "go.mod", []byte("module example.com/homes\n")))
	return dir
}

var someFiles = []string{
	"Makefile", "README.md", "CHANGELOG.md", "configs/data.yaml", "configs/homl/data.yaml", "data/external/housing.csv.gz",
	"data/raw/README.md", "data/raw/housing.csv", "models/README.md", "models/champion/model.zip", "reports/README.md",
	"reports/index.html", "bin/train", "docs/architecture.md", "docs/curriculum.md", "docs/map.png", "docs/decisions/0001-a.md",
	"docs/data-flow.svg", ".github/workflows/ci.yml", ".golangci.yml", ".template",
	"engine/go.mod", "engine/make/main.mk", "engine/table/read.go", "engine/table/read_test.go", "engine/table/testdata/a.csv",
	"scripts/bench.sh", "scripts/slurm/job.sh", "scripts/zenml.mk", "scripts/zenml.sh", "zenml/run.py",
	"src/new/main.go", "src/own/mine.go", "src/own/mine_test.go", "src/own/rules.go", "src/own/columns_test.go", "src/train/main.go", "src/train/main_test.go",
	"tests/own_test.go", "tests/template_test.go", "tests/stories_test.go", "tests/testdata/stories/a.txtar", "tests/interop/run.sh",
}

var theirs = []string{
	"Makefile", "data/raw/README.md", "docs/architecture.md", "docs/data-flow.svg", "engine/go.mod", "engine/make/main.mk",
	"engine/table/read.go", "go.mod", "models/README.md", "reports/README.md",
	"src/own/mine.go", "src/own/mine_test.go", "src/train/main.go", "tests/own_test.go",
}

// What stages made, the example, the template's own and the history stay behind,
// with git and without.
func TestSources(t *testing.T) {
	dir := tree(t, someFiles...)
	files := must.Get(sources(dir, nil))(t)
	assert.Equal(t, theirs, files)

	files = must.Get(sources(dir, []string{"slurm", "zenml"}))(t)
	for _, part := range []string{"scripts/slurm/job.sh", "scripts/zenml.mk", "scripts/zenml.sh", "zenml/run.py"} {
		assert.Contains(t, files, part)
	}
	assert.NotContains(t, files, "scripts/bench.sh")
	assert.Equal(t, []string{"slurm", "zenml"}, partsIn(dir))
	assert.ErrorContains(t, must.Err(partsNamed("zenml,argo")), `no part "argo"`)

	gitIn(t, dir, "init", "--quiet")
	require.NoError(t, project.Put(dir, ".gitignore", []byte("/bin/\n/data/raw/*.csv\n/models/champion/\n/reports/index.html\n")))
	gitIn(t, dir, "add", "--all")
	require.NoError(t, project.Put(dir, "notes.txt", nil)) // which git does not know
	require.NoError(t, os.Remove(filepath.Join(dir, "tests/own_test.go")))
	files = must.Get(sources(dir, nil))(t)
	want := append([]string{".gitignore"}, theirs[:len(theirs)-1]...)
	assert.Equal(t, want, files)

	assert.ErrorContains(t, must.Err(sources(t.TempDir(), nil)), "is no copy of the template")
}

// A template of the time when copies took all of it but the example is compared
// with as it was copied.
func TestSourcesOfOldTemplates(t *testing.T) {
	dir := tree(t, "Makefile", "README.md", "src/internal/table/read_test.go", "tests/stories_test.go", "tests/template_test.go", "zenml/run.py")
	files := must.Get(sources(dir, nil))(t)
	assert.Equal(t, []string{"Makefile", "go.mod", "src/internal/table/read_test.go", "tests/stories_test.go", "zenml/run.py"}, files)
}

// The engine keeps its names, and has the hash that its script finds.
func TestEngineHash(t *testing.T) {
	dir := tree(t, someFiles...)
	script := must.Get(os.ReadFile("../../engine/scripts/hash.sh"))(t)
	require.NoError(t, project.Put(dir, "engine/scripts/hash.sh", script))
	require.NoError(t, project.Put(dir, "engine/table/read.go", []byte("// housing\n")))
	to := must.Get(project.NewNames("github.com/me/churn"))(t)
	dest := t.TempDir()
	must.Get(copyProject(dir, dest, to, nil))(t)
	check := func(args ...string) error {
		return exec.Command("bash", append([]string{dest + "/engine/scripts/hash.sh"}, args...)...).Run()
	}
	require.NoError(t, check("--check"))
	text := must.Get(os.ReadFile(filepath.Join(dest, "engine/table/read.go")))(t)
	assert.Equal(t, "// housing\n", string(text))
	require.NoError(t, project.Put(dest, "engine/table/more.go", nil))
	assert.Error(t, check("--check"))
}

func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@b"}, args...)...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.TrimSpace(string(out))
}

func TestStrip(t *testing.T) {
	dir := tree(t, someFiles...)
	require.NoError(t, strip(dir, nil))
	for _, gone := range []string{
		"README.md", "configs", "data/external", "docs/map.png", "tests/template_test.go", "tests/testdata", "zenml", "src/new",
		"engine/table/read_test.go", "engine/table/testdata",
	} {
		assert.NoFileExists(t, filepath.Join(dir, gone))
		assert.NoDirExists(t, filepath.Join(dir, gone))
	}
	assert.FileExists(t, filepath.Join(dir, "models/champion/model.zip"))
	assert.FileExists(t, filepath.Join(dir, ".template"), "where a copy comes from stays known")
}

// The record tells where to find newer versions.
func TestOriginOf(t *testing.T) {
	dir := tree(t, "Makefile")
	r, dirty, err := originOf(dir)
	require.NoError(t, err)
	assert.Equal(t, record{Source: dir}, r)
	assert.False(t, dirty)

	gitIn(t, dir, "init", "--quiet")
	gitIn(t, dir, "add", "--all")
	gitIn(t, dir, "commit", "--quiet", "--message", "a")
	commit := gitIn(t, dir, "rev-parse", "HEAD")
	r, dirty, err = originOf(dir)
	require.NoError(t, err)
	assert.Equal(t, record{dir, commit}, r)
	assert.False(t, dirty)

	gitIn(t, dir, "tag", "v1.2.0")
	gitIn(t, dir, "remote", "add", "origin", "https://example.org/t.git")
	require.NoError(t, project.Put(dir, "Makefile", []byte("changed")))
	r, dirty, err = originOf(dir)
	require.NoError(t, err)
	assert.Equal(t, record{"https://example.org/t.git", "v1.2.0"}, r)
	assert.True(t, dirty)
}

// What is asked for is checked before anything is copied.
func TestWrongPlaces(t *testing.T) {
	dir := tree(t, "Makefile")
	beside := t.TempDir()
	check := func(want string, args ...string) {
		t.Helper()
		var c copying
		_, ok := command.New("new", io.Discard, c.declare).Parse(append(args, "-template", dir))
		require.True(t, ok)
		assert.ErrorContains(t, c.run(context.Background(), io.Discard, io.Discard), want)
	}
	x := filepath.Join(beside, "x")
	check("lies in the template: choose a folder beside it, as ../churn", "-dest", filepath.Join(dir, "churn"))
	check("is not empty: choose another folder", "-dest", tree(t))
	check(`module "my module": give a path as in an import`, "-dest", x, "-module", "my module")
	check("TARGET=y needs a table: add DATA=", "-dest", x, "-target", "y")
	check("there is no file nowhere.csv", "-dest", x, "-data", "nowhere.csv")
	check("is a folder: name the file of the table", "-dest", x, "-data", dir)
	gitIn(t, dir, "init", "--quiet")
	check("there are changes that are not committed, and files would be replaced: commit them first\n?? Makefile", "-dest", dir)
	left := must.Get(os.ReadDir(beside))(t)
	assert.Empty(t, left)
}

// In place, what is about the template or its example goes, and the rest becomes
// what the project has; what else lies there stays.
func TestReplace(t *testing.T) {
	dir := tree(t, append(someFiles, "notes.txt")...)
	made := t.TempDir()
	require.NoError(t, project.Put(made, "configs/data.yaml", []byte("theirs")))
	require.NoError(t, project.Put(made, "Makefile", []byte("Makefile")))
	require.NoError(t, writeFile(filepath.Join(made, "run.sh"), []byte("#!/bin/sh\n"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "run.sh"), []byte("#!/bin/sh\n"), 0o600))
	require.NoError(t, replace(dir, made, nil))

	text := must.Get(os.ReadFile(filepath.Join(dir, "configs/data.yaml")))(t)
	assert.Equal(t, "theirs", string(text))
	assert.NoDirExists(t, filepath.Join(dir, "configs/homl"))
	assert.FileExists(t, filepath.Join(dir, "notes.txt"))
	assert.FileExists(t, filepath.Join(dir, "Makefile"))
	info := must.Get(os.Stat(filepath.Join(dir, "run.sh")))(t)
	assert.NotZero(t, info.Mode()&0o100, "gonew leaves scripts that can't be run")
}

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
