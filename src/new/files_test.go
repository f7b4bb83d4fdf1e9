package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	"reports/index.html", "bin/train", "src/train/main.go", "docs/architecture.md", "docs/curriculum.md", "docs/map.png",
	"docs/data-flow.svg", "tests/template_test.go", "tests/stories_test.go", ".github/workflows/ci.yml", ".template",
	"tests/interop/run.sh", "tests/interop/book.sh", "tests/interop/template.sh", "tests/interop/template/tables.py",
}

var theirs = []string{
	".github/workflows/ci.yml", "Makefile", "data/raw/README.md", "docs/architecture.md", "docs/data-flow.svg", "go.mod",
	"models/README.md", "reports/README.md", "src/train/main.go", "tests/interop/run.sh", "tests/stories_test.go",
}

// What stages made, the example and the history stay behind, with git and
// without.
func TestSources(t *testing.T) {
	dir := tree(t, someFiles...)
	files, err := sources(dir)
	require.NoError(t, err)
	assert.Equal(t, theirs, files)

	gitIn(t, dir, "init", "--quiet")
	require.NoError(t, project.Put(dir, ".gitignore", []byte("/bin/\n/data/raw/*.csv\n/models/champion/\n/reports/index.html\n")))
	gitIn(t, dir, "add", "--all")
	require.NoError(t, project.Put(dir, "notes.txt", nil)) // which git does not know
	require.NoError(t, os.Remove(filepath.Join(dir, "tests/stories_test.go")))
	files, err = sources(dir)
	require.NoError(t, err)
	want := append([]string{".github/workflows/ci.yml", ".gitignore"}, theirs[1:len(theirs)-1]...)
	assert.Equal(t, want, files)

	_, err = sources(t.TempDir())
	assert.ErrorContains(t, err, "is no copy of the template")
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
	require.NoError(t, strip(dir))
	for _, gone := range []string{"README.md", "configs", "data/external", "docs/map.png", "tests/template_test.go"} {
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
