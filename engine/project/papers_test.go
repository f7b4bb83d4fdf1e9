package project

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a person wrote of a table stays when another one is described.
func TestDescribe(t *testing.T) {
	type study struct {
		Target, Kind, QuotedExample, File, SHA256 string
		Rows, Columns                             int
		Bundled                                   bool
	}
	dir, names := t.TempDir(), Names{Module: "github.com/me/homes", Short: "homes"}
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		return string(text)
	}
	require.NoError(t, Write(dir, names))
	assert.Contains(t, read("README.md"), "It has no table yet")
	assert.Contains(t, read("configs/serve.yaml"), "name: homes\n")
	assert.Contains(t, read(tables), "Say of each file")

	require.NoError(t, Describe(dir, names, study{Target: "price", File: "a.csv", Bundled: true}))
	assert.Contains(t, read("README.md"), "Predicts `price`")
	assert.NotContains(t, read(tables), "Say of each file")
	mine := read(tables) + "\nFrom the town hall.\n"
	require.NoError(t, Put(dir, tables, []byte(mine)))
	require.NoError(t, Describe(dir, names, study{File: "a.csv", Bundled: true}))
	assert.Equal(t, mine, read(tables))
	require.NoError(t, Describe(dir, names, study{File: "b.csv", Bundled: true}))
	assert.Contains(t, read(tables), mine+"\n## b.csv\n\n| | |\n")
	require.NoError(t, Describe(dir, names, study{}))
	assert.Contains(t, read(tables), mine+"\n## b.csv\n\n| | |\n")
}

func TestNames(t *testing.T) {
	for module, short := range map[string]string{
		"churn": "churn", "github.com/me/Churn": "churn", "github.com/me/churn/v2": "churn", "v2": "v2",
		"example.com/my_table.of-2024": "my-table-of-2024",
	} {
		got, err := NewNames(module)
		require.NoError(t, err, module)
		assert.Equal(t, Names{module, short}, got)
	}
	for _, module := range []string{"", "a b", "/abs", "github.com//x", "a/.hidden", "ü", "a/", "a/..", "x."} {
		_, err := NewNames(module)
		assert.Error(t, err, module)
	}
}
