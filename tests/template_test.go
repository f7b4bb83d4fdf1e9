package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// versions is a template with a history, and a project made from its first.
type versions struct {
	t                 *testing.T
	template, project string
	goCommand         string
}

// engineParts are as much of the engine as make new and updates need; to copy all takes time.
var engineParts = []string{"command", "go.mod", "go.sum", "make", "project", "random", "scripts"}

// newTemplate is a template with its first version and that part of the
// sources: all of "src", or less, which takes less time.
func newTemplate(t *testing.T, sources string) *versions {
	t.Helper()
	v := &versions{t: t, template: t.TempDir(), project: filepath.Join(t.TempDir(), "churn"), goCommand: "go"}
	for _, part := range []string{"Makefile", "go.mod", "go.sum", "configs", "deploy", "scripts", sources} {
		require.NoError(t, copyTree(filepath.Join("..", part), filepath.Join(v.template, part)))
	}
	for _, part := range engineParts {
		require.NoError(t, copyTree(filepath.Join("../engine", part), filepath.Join(v.template, "engine", part)))
	}
	v.git(v.template, "init", "--quiet")
	v.commit(v.template, "v1.0.0")
	if sources != "src" {
		v.builtAlready()
	}
	return v
}

// makeProject is make new.
func (v *versions) makeProject() {
	v.t.Helper()
	v.must(v.template, v.program(), "-dest", v.project, "-module", "github.com/me/churn")
}

// A project with a table comes with settings for it; where the table is refused, there is no project, and the template
// or the copy that would change in place is as it was.
func TestNewWithTable(t *testing.T) {
	t.Parallel()
	v := newTemplate(t, "src/own")
	beside := filepath.Dir(v.project)
	penguins := filepath.Join(t.TempDir(), "penguins.csv")
	lines := strings.SplitAfter(v.read("../data/external", "penguins.csv"), "\n")
	few := lines[0]
	for i := 1; i < len(lines); i += 5 { // which are looked at in a moment
		few += lines[i]
	}
	require.NoError(t, os.WriteFile(penguins, []byte(few), 0o600))
	refuse := func(dest string) {
		t.Helper()
		out, err := v.run(beside, v.program(), "-template", v.template, "-dest", dest, "-data", penguins, "-target", "specie")
		require.Error(t, err)
		assert.Contains(t, out, "configure: "+penguins+`: there is no column "specie" to predict: did you mean TARGET=species?`)
		left, err := os.ReadDir(beside)
		require.NoError(t, err)
		assert.Empty(t, left)
		assert.Empty(t, v.git(v.template, "status", "--porcelain"))
	}
	refuse(v.project)
	refuse(v.template)

	out := v.must(beside, v.program(), "-template", v.template, "-dest", "churn", "-data", penguins, "-target", "species")
	assert.Regexp(t, `new: churn: \d+ files, module churn\n(configure: .*\n)+\nNext:\n  cd churn\n  make all `, out)
	assert.Contains(t, v.read(v.project, "README.md"), "# churn\n\nPredicts `species` (one of 3 classes) from a table of 69 rows")
	assert.Contains(t, v.read(v.project, "configs/serve.yaml"), "name: \"churn\"\n")
	assert.Contains(t, v.read(v.project, "configs/schema.yaml"), "target: species\n")
	assert.Equal(t, few, v.read(v.project, "data/external/penguins.csv"))
	assert.Empty(t, v.git(v.project, "status", "--porcelain", "--", ":!bin"))

	out = v.must(v.template, v.program(), "-dest", ".", "-module", "birds", "-data", penguins, "-target", "species")
	assert.Contains(t, out, "\nNext:\n  make all ")
	assert.Equal(t, v.read(v.project, "configs/model.yaml"), v.read(v.template, "configs/model.yaml"))
	assert.Contains(t, v.read(v.template, "go.mod"), "module birds\n")
	assert.NoDirExists(t, filepath.Join(v.template, "configs/homl"))
}

// builtAlready has updates take the program that they would build from here.
func (v *versions) builtAlready() {
	v.t.Helper()
	v.goCommand = filepath.Join(v.t.TempDir(), "go")
	script := `#!/bin/sh
if [ "$1" = version ]; then echo go version go999 stub; exit; fi
while [ "$1" != -o ]; do shift; done
cp "` + v.program() + `" "$2"
`
	require.NoError(v.t, os.WriteFile(v.goCommand, []byte(script), 0o755))
}

// program is the one behind make new.
func (v *versions) program() string {
	v.t.Helper()
	built, err := project()
	require.NoError(v.t, err)
	return filepath.Join(built, "bin/new")
}

func (v *versions) run(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "MAKEFLAGS=", "GO="+v.goCommand, "CGO_ENABLED=0", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (v *versions) must(dir, name string, args ...string) string {
	v.t.Helper()
	out, err := v.run(dir, name, args...)
	require.NoError(v.t, err, out)
	return out
}

// A copy is what its owner has to know: as many files, and as many lines of Go
// outside the engine.
func TestCopyIsSmall(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("../.git"); err != nil {
		t.Skip("no repository: which files are the template's is not known")
	}
	v := &versions{t: t}
	dest := filepath.Join(t.TempDir(), "churn")
	v.must(".", v.program(), "-template", "..", "-dest", dest)
	files, lines := 0, 0
	for name := range strings.FieldsSeq(v.git(dest, "ls-files")) {
		if strings.HasPrefix(name, "engine/") {
			assert.NotRegexp(t, "_test.go$|/testdata/", name)
			continue
		}
		files++
		if filepath.Ext(name) == ".go" {
			lines += strings.Count(v.read(dest, name), "\n")
		}
	}
	assert.LessOrEqual(t, files, 80, "files outside engine/")
	assert.LessOrEqual(t, lines, 4000, "lines of Go outside engine/")
	assert.Greater(t, files, 40)
}

func (v *versions) git(dir string, args ...string) string { return v.must(dir, "git", args...) }

func (v *versions) commit(dir, tag string) {
	v.t.Helper()
	v.git(dir, "add", "--all", "--", ".", ":!bin")
	v.git(dir, "commit", "--quiet", "--message", tag)
	if dir == v.template {
		v.git(dir, "tag", tag)
	}
}

func (v *versions) read(dir, file string) string {
	v.t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, file))
	require.NoError(v.t, err)
	return string(text)
}

// change replaces the first line that begins so.
func (v *versions) change(dir, file, old, text string) {
	v.t.Helper()
	before := v.read(dir, file)
	require.Contains(v.t, before, old)
	require.NoError(v.t, os.WriteFile(filepath.Join(dir, file), []byte(strings.Replace(before, old, text, 1)), 0o600))
}

const cleanRules, helpLine = "src/own/rules.go", "# Works with GNU make 3.81 and later."

const randomSource = "engine/random/random.go"

// A newer template comes in under the project's names; edits stay.
func TestTemplateUpdate(t *testing.T) {
	t.Parallel()
	v := newTemplate(t, "src")
	v.makeProject()
	assert.Contains(t, v.read(v.project, ".template"), "version: v1.0.0\n")
	assert.Contains(t, v.git(v.project, "log", "--format=%s"), "start from the template at v1.0.0")

	v.change(v.project, cleanRules, "// Rules change", "// An edit of the project's own.\n//\n// Rules change")
	assert.NoFileExists(t, filepath.Join(v.project, "engine/random/random_test.go"))
	v.change(v.project, randomSource, "package random", "// Mine.\npackage random")
	v.change(v.project, "configs/data.yaml", `source: ""`, "source: data/external/mine.csv")
	v.commit(v.project, "edits")
	out, err := v.run(v.project, "make", "template-update")
	require.NoError(t, err, out)
	assert.Contains(t, out, "up to date: v1.0.0")

	v.change(v.template, "Makefile", helpLine, helpLine+"\n# New in the template.")
	v.change(v.template, "configs/data.yaml", "fetch:", "# The example's own.\nfetch:")
	require.NoError(t, os.MkdirAll(filepath.Join(v.template, "src/extra"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(v.template, "src/extra/main.go"),
		[]byte("package main\n\nimport _ \"example.com/housing/src/own\"\n\nfunc main() {}\n"), 0o600))
	v.change(v.template, randomSource, "package random", "// Newer.\npackage random")
	v.git(v.template, "rm", "--quiet", "deploy/kubernetes/pdb.yaml")
	v.commit(v.template, "v1.1.0")

	require.NoError(t, os.WriteFile(filepath.Join(v.project, "notes"), nil, 0o600))
	out, err = v.run(v.project, "make", "template-update")
	require.Error(t, err)
	assert.Contains(t, out, "changes that are not committed: commit them first")
	require.NoError(t, os.Remove(filepath.Join(v.project, "notes")))

	out, err = v.run(v.project, "make", "template-update")
	require.NoError(t, err, out)
	assert.Contains(t, out, "updated from v1.0.0 to v1.1.0")
	assert.Contains(t, v.read(v.project, "Makefile"), "# New in the template.")
	assert.Contains(t, v.read(v.project, "src/extra/main.go"), `"github.com/me/churn/src/own"`)
	assert.NoFileExists(t, filepath.Join(v.project, "deploy/kubernetes/pdb.yaml"))
	assert.Contains(t, v.read(v.project, cleanRules), "// An edit of the project's own.")
	assert.Contains(t, v.read(v.project, "configs/data.yaml"), "source: data/external/mine.csv")
	assert.NotContains(t, v.read(v.project, "configs/data.yaml"), "The example's own")
	assert.Contains(t, v.read(v.project, ".template"), "version: v1.1.0\n")

	// The engine is as it comes; what was edited there is in a patch.
	assert.Contains(t, out, "engine/ was edited here, and is as in the template now; the edits are in engine-v1.0.0.patch")
	assert.Contains(t, v.read(v.project, randomSource), "// Newer.")
	assert.NotContains(t, v.read(v.project, randomSource), "// Mine.")
	assert.Contains(t, v.read(v.project, "engine-v1.0.0.patch"), "+++ b/"+randomSource)
	assert.Contains(t, v.read(v.project, "engine-v1.0.0.patch"), "+// Mine.")
	v.must(v.project, "bash", "engine/scripts/hash.sh", "--check")
	assert.Empty(t, v.git(v.project, "status", "--porcelain"))
}

// What changed on both sides is shown as a conflict, which can be taken back or
// settled; then the next update comes in on top.
func TestTemplateUpdateConflict(t *testing.T) {
	t.Parallel()
	v := newTemplate(t, "src/own")
	v.makeProject()
	v.change(v.project, "Makefile", helpLine, "# Mine.")
	v.git(v.project, "rm", "--quiet", "deploy/kubernetes/pdb.yaml")
	v.commit(v.project, "edits")
	v.change(v.template, "Makefile", helpLine, "# Theirs.")
	v.change(v.template, "deploy/kubernetes/pdb.yaml", "spec:", "spec: # as ever")
	v.commit(v.template, "v2.0.0")

	out, err := v.run(v.project, "bash", "engine/scripts/template-update.sh")
	require.Error(t, err)
	assert.Contains(t, out, "Makefile")
	assert.Contains(t, out, "deleted in HEAD")
	assert.Contains(t, out, "git cherry-pick --abort")
	text := v.read(v.project, "Makefile")
	assert.Contains(t, text, "# Mine.")
	assert.Contains(t, text, "# Theirs.")
	out, err = v.run(v.project, "bash", "engine/scripts/template-update.sh")
	require.Error(t, err)
	assert.Contains(t, out, "an update is under way")
	v.git(v.project, "cherry-pick", "--abort")
	assert.Contains(t, v.read(v.project, "Makefile"), "# Mine.")
	assert.NoFileExists(t, filepath.Join(v.project, "deploy/kubernetes/pdb.yaml"))

	_, err = v.run(v.project, "bash", "engine/scripts/template-update.sh")
	require.Error(t, err)
	v.git(v.project, "checkout", "--ours", "Makefile")
	v.git(v.project, "rm", "--quiet", "deploy/kubernetes/pdb.yaml")
	v.git(v.project, "add", "--all")
	v.git(v.project, "-c", "core.editor=true", "cherry-pick", "--continue")
	v.change(v.template, cleanRules, "// Rules change", "// Newer.\n//\n// Rules change")
	v.commit(v.template, "v3.0.0")
	out, err = v.run(v.project, "bash", "engine/scripts/template-update.sh")
	require.NoError(t, err, out)
	assert.Contains(t, out, "updated from v2.0.0 to v3.0.0")
	assert.Contains(t, v.read(v.project, "Makefile"), "# Mine.")
	assert.Contains(t, v.read(v.project, cleanRules), "// Newer.")
}

// GitHub's "Use this template" leaves the files of one version in one commit,
// and nothing that says which: an update finds it by its files.
func TestCopyFromGitHub(t *testing.T) {
	t.Parallel()
	v := newTemplate(t, "src/own")
	v.change(v.template, "Makefile", helpLine, "# Before the copy.")
	v.commit(v.template, "v1.1.0")
	v.git(v.template, "worktree", "add", "--quiet", "--detach", v.project)
	require.NoError(t, os.Remove(filepath.Join(v.project, ".git")))
	v.git(v.project, "init", "--quiet")
	v.git(v.project, "remote", "add", "origin", "https://example.org/me/churn.git")
	v.commit(v.project, "Initial commit")

	v.must(v.project, v.program(), "-dest", ".", "-module", "github.com/me/churn")
	assert.NoFileExists(t, filepath.Join(v.project, "configs/homl/model.yaml"))
	assert.Contains(t, v.git(v.project, "status", "--porcelain"), "go.mod")
	v.commit(v.project, "ours")

	out, err := v.run(v.project, "make", "template-update")
	require.Error(t, err)
	assert.Contains(t, out, "where is the template? make template-update TEMPLATE=")
	v.change(v.template, cleanRules, "// Rules change", "// Newer.\n//\n// Rules change")
	v.commit(v.template, "v1.2.0")
	out, err = v.run(v.project, "make", "template-update", "TEMPLATE="+v.template)
	require.NoError(t, err, out)
	assert.Contains(t, v.read(v.project, cleanRules), "// Newer.")
	assert.Contains(t, v.read(v.project, ".template"), "source: "+v.template+"\nversion: v1.2.0\n")
	assert.Contains(t, v.must(v.project, "make", "template-update"), "up to date: v1.2.0")
}
