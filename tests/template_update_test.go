package tests

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ownPackage, helpLine = "src/own/own.go", "# Works with GNU make 3.81 and later."

const randomSource = "engine/random/random.go"

// A newer template comes in under the project's names; edits stay.
func TestTemplateUpdate(t *testing.T) {
	t.Parallel()
	v := newTemplate(t, "src")
	v.makeProject()
	assert.Contains(t, v.read(v.project, ".template"), "version: v1.0.0\n")
	assert.Contains(t, v.git(v.project, "log", "--format=%s"), "start from the template at v1.0.0")

	v.change(v.project, ownPackage, "// Package own", "// An edit of the project's own.\n//\n// Package own")
	assert.NoFileExists(t, filepath.Join(v.project, "engine/random/random_test.go"))
	v.change(v.project, randomSource, "package random", "// Mine.\npackage random")
	v.change(v.project, "configs/data.yaml", `source: ""`, "source: data/external/mine.csv")
	v.commit(v.project, "edits")
	assert.Contains(t, v.must(v.project, "make", "template-update"), "up to date: v1.0.0")

	v.change(v.template, "Makefile", helpLine, helpLine+"\n# New in the template.")
	v.change(v.template, "configs/data.yaml", "fetch:", "# The example's own.\nfetch:")
	require.NoError(t, os.MkdirAll(filepath.Join(v.template, "src/extra"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(v.template, "src/extra/main.go"),
		[]byte("package main\n\nimport _ \"example.com/housing/src/own\"\n\nfunc main() {}\n"), 0o600))
	v.change(v.template, randomSource, "package random", "// Newer.\npackage random")
	v.git(v.template, "rm", "--quiet", "deploy/kubernetes/pdb.yaml")
	v.commit(v.template, "v1.1.0")

	require.NoError(t, os.WriteFile(filepath.Join(v.project, "notes"), nil, 0o600))
	out, err := v.run(v.project, "make", "template-update")
	require.Error(t, err)
	assert.Contains(t, out, "changes that are not committed: commit them first")
	require.NoError(t, os.Remove(filepath.Join(v.project, "notes")))

	out = v.must(v.project, "make", "template-update")
	assert.Contains(t, out, "updated from v1.0.0 to v1.1.0")
	assert.Contains(t, v.read(v.project, "Makefile"), "# New in the template.")
	assert.Contains(t, v.read(v.project, "src/extra/main.go"), `"github.com/me/churn/src/own"`)
	assert.NoFileExists(t, filepath.Join(v.project, "deploy/kubernetes/pdb.yaml"))
	assert.Contains(t, v.read(v.project, ownPackage), "// An edit of the project's own.")
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
	v.change(v.template, ownPackage, "// Package own", "// Newer.\n//\n// Package own")
	v.commit(v.template, "v3.0.0")
	assert.Contains(t, v.must(v.project, "bash", "engine/scripts/template-update.sh"), "updated from v2.0.0 to v3.0.0")
	assert.Contains(t, v.read(v.project, "Makefile"), "# Mine.")
	assert.Contains(t, v.read(v.project, ownPackage), "// Newer.")
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
	v.change(v.template, ownPackage, "// Package own", "// Newer.\n//\n// Package own")
	v.commit(v.template, "v1.2.0")
	v.must(v.project, "make", "template-update", "TEMPLATE="+v.template)
	assert.Contains(t, v.read(v.project, ownPackage), "// Newer.")
	assert.Contains(t, v.read(v.project, ".template"), "source: "+v.template+"\nversion: v1.2.0\n")
	assert.Contains(t, v.must(v.project, "make", "template-update"), "up to date: v1.2.0")
}
