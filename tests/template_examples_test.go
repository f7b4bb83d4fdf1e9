package tests

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The bundled table of penguins goes through whole: three classes, told apart.
func TestPenguins(t *testing.T) {
	t.Parallel()
	dir, err := project()
	require.NoError(t, err)
	configs, err := filepath.Abs("../configs/penguins")
	require.NoError(t, err)
	table, err := filepath.Abs("../data/external/penguins.csv")
	require.NoError(t, err)
	work := t.TempDir()
	out, err := exec.Command("make", "-s", "-C", dir, "all", "CONFIG="+configs, "WORK="+work, "SOURCE="+table).CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Regexp(t, `evaluate: gradient_boosting_classifier, test log_loss 0\.0\d+`, string(out))
	assert.FileExists(t, filepath.Join(work, "models/champion/model.zip"))
	assert.FileExists(t, filepath.Join(work, "reports/index.html"))
}
