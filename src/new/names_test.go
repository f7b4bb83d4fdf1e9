package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNames(t *testing.T) {
	for module, short := range map[string]string{
		"churn": "churn", "github.com/me/Churn": "churn", "github.com/me/churn/v2": "churn", "v2": "v2",
		"example.com/my_table.of-2024": "my-table-of-2024",
	} {
		got, err := newNames(module)
		require.NoError(t, err, module)
		assert.Equal(t, names{module, short}, got)
	}
	for _, module := range []string{"", "a b", "/abs", "github.com//x", "a/.hidden", "ü", "a/", "a/..", "x."} {
		_, err := newNames(module)
		assert.Error(t, err, module)
	}
}

func TestRename(t *testing.T) {
	from, to := names{"example.com/housing", "housing"}, names{"github.com/me/churn", "churn"}
	check := func(file, text, want string) {
		t.Helper()
		assert.Equal(t, want, string(from.rename(file, []byte(text), to)), "%s: %s", file, text)
	}
	check("go.mod", "module example.com/housing\n", "module github.com/me/churn\n")
	check("tests/interop/go.mod", "module example.com/housing/tests/interop", "module github.com/me/churn/tests/interop")
	check("a.go", `import "example.com/housing/src/internal/table"`, `import "github.com/me/churn/src/internal/table"`)
	check("a.yml", "local-prefixes: [example.com/housing]", "local-prefixes: [github.com/me/churn]")
	check("a.go", `check("https://example.com/housing.tgz")`, `check("https://example.com/housing.tgz")`)
	check("a.go", `"data/raw/housing.csv" // of housing`, `"data/raw/housing.csv" // of housing`)
	check("Dockerfile", "docker build -t housing .\n", "docker build -t churn .\n")
	check("run.sh", "housing housing-interop /tmp/housing-x ${IMAGE:-housing} my_housing housings", "churn churn-interop /tmp/churn-x ${IMAGE:-churn} my_housing housings")
	check("run.sh", "cp data/raw/housing.csv housing.tgz", "cp data/raw/housing.csv housing.tgz")
	check("b", "example.com/housing\x00", "example.com/housing\x00")
	check("tests/testdata/x.txtar", "housing", "housing")
}
