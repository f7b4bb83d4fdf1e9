package stage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWrongFlags(t *testing.T) {
	p := newPlace(t)
	status, out := p.run("-nonsense")
	assert.Equal(t, 2, status)
	assert.Contains(t, out, "flag provided but not defined: -nonsense")
	status, out = p.run("data.csv")
	assert.Equal(t, 2, status)
	assert.Equal(t, "toy: unexpected argument \"data.csv\"\n", out)
	status, _ = p.run("-h")
	assert.Zero(t, status)
}

// A run writes a profile of itself whatever becomes of it, and none is reason to
// run.
func TestProfile(t *testing.T) {
	p := newPlace(t)
	profile := func(want int, name string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		status, out := p.run("-cpuprofile", path)
		assert.Equal(t, want, status, out)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(data), "\x1f\x8b"), "%q is no profile", data)
	}
	profile(0, "made")
	profile(0, "up to date")
	assert.Equal(t, upToDate, p.must())
	p.settings("toy: {fail: a test}")
	profile(1, "failed")
}
