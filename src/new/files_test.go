package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	_, err := partsNamed("zenml,argo")
	assert.ErrorContains(t, err, `no part "argo"`)

	gitIn(t, dir, "init", "--quiet")
	require.NoError(t, project.Put(dir, ".gitignore", []byte("/bin/\n/data/raw/*.csv\n/models/champion/\n/reports/index.html\n")))
	gitIn(t, dir, "add", "--all")
	require.NoError(t, project.Put(dir, "notes.txt", nil)) // which git does not know
	require.NoError(t, os.Remove(filepath.Join(dir, "tests/own_test.go")))
	files = must.Get(sources(dir, nil))(t)
	want := append([]string{".gitignore"}, theirs[:len(theirs)-1]...)
	assert.Equal(t, want, files)

	_, err = sources(t.TempDir(), nil)
	assert.ErrorContains(t, err, "is no copy of the template")
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
