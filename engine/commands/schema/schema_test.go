package schema

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/schema"
)

// What is printed is a schema that loads, with what data.yaml needs below it;
// a file that is there is not written over.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	data, out := filepath.Join(dir, "t.csv"), filepath.Join(dir, "schema.yaml")
	require.NoError(t, os.WriteFile(data, []byte("size;town\n1,5;Aix\n2,5;Bor\n-;Aix\n4,25;Bor\n"), 0o600))
	var stdout bytes.Buffer
	run := func(status int, args ...string) (problem string) {
		t.Helper()
		var stderr bytes.Buffer
		require.Equal(t, status, Run(args, &stdout, &stderr), stderr.String())
		return stderr.String()
	}
	assert.Empty(t, run(0, "-data", data, "-target", "size"))
	var s schema.Schema
	require.NoError(t, config.Parse("schema.yaml", stdout.Bytes(), &s))
	assert.Equal(t, "size", s.Target)
	assert.Contains(t, stdout.String(), "# clean:\n#   comma: \";\"\n#   decimal: \",\"\n")

	assert.Empty(t, run(0, "-data", data, "-o", out, "-clean", filepath.Join(dir, "clean.yaml")))
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Contains(t, string(text), `target: "town" is a guess`)
	assert.NotContains(t, string(text), "clean:")
	assert.Contains(t, run(1, "-data", data, "-o", out), "file exists")
	assert.Contains(t, run(2), "make schema DATA=table.csv")
	assert.Contains(t, run(1, "-data", data, "-target", "price"), `"price" is not one of the columns size, town`)
}
