package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/command"
	"example.com/engine/must"
	"example.com/engine/project"
)

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
