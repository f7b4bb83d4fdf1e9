package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The program reads a table that has nulls and categories, and what it saved predicts.
func TestPipeline(t *testing.T) {
	dir, rng := t.TempDir(), rand.New(rand.NewPCG(1, 2))
	var rows strings.Builder
	rows.WriteString("area,town,price\n")
	for range 400 {
		area, town := 50+rng.Float64()*100, rng.IntN(3)
		text := fmt.Sprintf("%.1f", area)
		if rng.IntN(20) == 0 {
			text = ""
		}
		fmt.Fprintf(&rows, "%s,%s,%.0f\n", text, []string{"Aix", "Bonn", "Cork"}[town], 3000*area+50_000*float64(town))
	}
	table, place := filepath.Join(dir, "homes.csv"), filepath.Join(dir, "model.zip")
	require.NoError(t, os.WriteFile(table, []byte(rows.String()), 0o644))

	var out strings.Builder
	require.NoError(t, run(&out, table, "price", place))
	assert.FileExists(t, place)
	var strategy string
	var rmse, spread float64
	lines := strings.SplitN(out.String(), ": rmse ", 2)
	require.Len(t, lines, 2, out.String())
	strategy = lines[0]
	_, err := fmt.Sscanf(lines[1], "%g ± %g", &rmse, &spread)
	require.NoError(t, err)
	assert.Contains(t, strategy, "kfold")
	assert.Less(t, rmse, 30_000.0, "the prices themselves spread by some 95,000")
	assert.Error(t, run(&out, table, "rent", place), "no such target")
}
