package tests

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// project is a copy of the sources with its programs built, in which the
// stories run. Its table and settings are not the project's own, but those of
// testdata/project: the census, which stays the same whatever this project is
// about. The copy is made by reading every file in
// this process, so that the cache of test results notices a change. Programs
// that are built already are copied, too: Go links anew only what is not as
// the sources are.
var project = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "project")
	if err != nil {
		return "", err
	}
	for _, part := range []string{"Makefile", "go.mod", "go.sum", "scripts", "src", "engine"} {
		if err := copyTree(filepath.Join("..", part), filepath.Join(dir, part)); err != nil {
			return dir, err
		}
	}
	if err := copyTree("../bin", filepath.Join(dir, "bin")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return dir, err
	}
	if err := copyTree("testdata/project", dir); err != nil {
		return dir, err
	}
	if err := writeTenth(dir); err != nil {
		return dir, err
	}
	settings, err := filepath.Abs("../configs") // they decide about Parquet here as in TestOwnConfiguration
	if err != nil {
		return dir, err
	}
	build := command(dir, "make", "build", "CONFIG="+settings)
	build.Env = os.Environ()
	if err := build.Run(); err != nil {
		return dir, err
	}
	return dir, os.WriteFile(filepath.Join(dir, builtGo), []byte("#!/bin/sh\n[ $1 = build ] || echo go version go999 stub\n"), 0o755)
})

func init() {
	ownProject = project
	judge = func(t *testing.T, out string) {
		assert.Regexp(t, `evaluate: gradient_boosting_regressor, test rmse 42,\d\d\d .*the first champion, better than the baseline`, out)
	}
}

// builtGo stands in for the Go command once the programs are built: to find
// that nothing is to be built takes Go longer than most stages take.
const builtGo = "built-go"

// writeTenth writes every tenth row of the census to data/external/tenth.csv,
// which configs/ridge is about: for what does not depend on the number of rows.
func writeTenth(dir string) error {
	records, err := census(dir)
	if err != nil {
		return err
	}
	kept := records[:1]
	for i := 1; i < len(records); i += 10 {
		kept = append(kept, records[i])
	}
	return writeRecords(filepath.Join(dir, "data/external/tenth.csv"), kept)
}

// census reads the table of the project at dir, its header first.
func census(dir string) ([][]string, error) {
	return readCSV(filepath.Join(dir, "data/external/housing.csv.gz"))
}

// readCSV reads a table, its header first.
func readCSV(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if filepath.Ext(path) != ".gz" {
		return csv.NewReader(f).ReadAll()
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return csv.NewReader(z).ReadAll()
}

func writeRecords(path string, records [][]string) error {
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(records); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}

func TestMain(m *testing.M) {
	status := m.Run()
	if dir, _ := project(); dir != "" {
		os.RemoveAll(dir)
	}
	os.Exit(status)
}

// command runs in dir with messages of failure on the test's output. Make
// builds nothing, as all is built.
func command(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Env = append(os.Environ(), "GO="+filepath.Join(dir, builtGo))
	return cmd
}

// makeAll runs every stage on other settings and returns where what they made is, and what they printed.
func makeAll(t *testing.T, configs string, args ...string) (work, out string) {
	t.Helper()
	dir, err := project()
	require.NoError(t, err)
	configs, err = filepath.Abs(configs)
	require.NoError(t, err)
	work = t.TempDir()
	cmd := command(dir, "make", append([]string{"-s", "all", "CONFIG=" + configs, "WORK=" + work}, args...)...)
	cmd.Stderr = nil
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, string(said))
	return work, string(said)
}

// copyTree copies a folder, or a file.
func copyTree(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(to, os.DirFS(from))
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode().Perm())
}
