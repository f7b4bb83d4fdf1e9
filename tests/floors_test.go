package tests

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
