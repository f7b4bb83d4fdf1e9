package configure

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/project"
)

// Whole numbers are classes where they count through, each in some rows; what
// tails off, leaves gaps or is named so is an amount.
func TestNumbersAsClasses(t *testing.T) {
	check := func(want model.Task, name string, values ...int) {
		t.Helper()
		var b strings.Builder
		fmt.Fprintf(&b, "dose,%s\n", name)
		for i, v := range values {
			fmt.Fprintf(&b, "%d,%d\n", i*11%97, v)
		}
		dir := t.TempDir()
		require.NoError(t, project.Put(dir, "a.csv", []byte(b.String())))
		_, g, err := understand(filepath.Join(dir, "a.csv"), "", "")
		require.NoError(t, err)
		assert.Equal(t, want, g.task, g.why)
	}
	repeat := func(values ...int) (all []int) {
		for v, n := range values {
			for range n {
				all = append(all, v)
			}
		}
		return all
	}
	check(model.Binary, "kind", repeat(20, 20)...)
	check(model.Multiclass, "kind", repeat(20, 20, 5)...)
	check(model.Regression, "kind", repeat(40, 20, 4)...)
	check(model.Regression, "kind", repeat(40, 20, 0, 20)...)
	check(model.Regression, "rooms_total", repeat(20, 20, 20)...)
}
