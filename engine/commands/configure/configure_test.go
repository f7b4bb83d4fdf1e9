package configure

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/schema"
)

// sales is a table in the order of time, with an id, a constant and words.
func sales(n int) string {
	var b strings.Builder
	b.WriteString("sale_id,sold,town,area,currency,note,price\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,2023-%02d-%02d,%s,%d.5,EUR,some words about house %d,%d\n",
			7000+i*3, 1+i*12/n, 1+i*28*12/n%28, []string{"Aix", "Bor", "Cos"}[i%3], 40+i*37%90, i, 1000*(40+i*37%90)+5000*(i%3)+i*7%100)
	}
	return b.String()
}

// From a table to settings that load, and to words on what was found.
func TestConfigure(t *testing.T) {
	dir, file := empty(t), filepath.Join(t.TempDir(), "sales.csv")
	require.NoError(t, os.WriteFile(file, []byte(sales(240)), 0o600))
	var stdout, stderr bytes.Buffer
	require.Equal(t, 0, Run([]string{"-dir", dir, "-data", file, "-as", "../homes"}, &stdout, &stderr), stderr.String())
	assert.Empty(t, stderr.String())
	said := stdout.String()
	assert.Contains(t, said, "configure: 240 rows, 7 columns; regression \"price\"\n")
	assert.Contains(t, said, "configure: left out: sale_id, currency, note\n")
	assert.Contains(t, said, "configure: test rows are the latest by \"sold\"\n")
	assert.Contains(t, said, "\nNext:\n  cd ../homes\n  make all ")

	var sch schema.Schema
	require.NoError(t, config.Load(filepath.Join(dir, "configs/schema.yaml"), &sch))
	assert.Equal(t, "price", sch.Target)
	assert.Len(t, sch.Columns, 4)
	learned := model.DefaultConfig()
	require.NoError(t, config.Load(filepath.Join(dir, "configs/model.yaml"), &learned))
	assert.Equal(t, model.Regression, learned.Task)
	made, by, err := load(dir)
	require.NoError(t, err)
	assert.Equal(t, "time", by.Split.Kind)
	assert.NotEmpty(t, made.of.Derive)
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		return string(text)
	}
	assert.Contains(t, read("configs/serve.yaml"), "name: \"homes\"\n")
	assert.Contains(t, read("README.md"), "Predicts `price` (a number) from a table of 240 rows and 7 columns")
	assert.Contains(t, read("data/external/README.md"), "\n## sales.csv\n")
	assert.Equal(t, sales(240), read("data/external/sales.csv"))

	again := stdout.String()
	stdout.Reset()
	require.Equal(t, 0, Run([]string{"-dir", dir, "-data", filepath.Join(dir, "data/external/sales.csv"), "-as", "../homes"}, &stdout, &stderr))
	assert.Equal(t, again, stdout.String(), "the table that is in the project gives the same")
}

// A command line that says too little ends with 2.
func TestCommandLine(t *testing.T) {
	for _, args := range [][]string{{}, {"-data", "a.csv", "b.csv"}, {"-rows", "3"}} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 2, Run(args, &stdout, &stderr), args)
		assert.NotEmpty(t, stderr.String())
	}
}
