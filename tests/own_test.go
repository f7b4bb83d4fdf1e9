package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// mostBytes is the size of a table up to which the tests run the project on it.
const mostBytes = 2 << 20

var sourceLine = regexp.MustCompile(`(?m)^ +source: *"?([^"\n]*)"?$`)

// ownProject is where the programs are built that the test runs: this project, or in
// the template the copy of it that all stories run in.
var ownProject = func() (string, error) { return filepath.Abs("..") }

// judge is asked about what make all printed; in the template it knows the scores.
var judge = func(*testing.T, string) {}

// TestOwnConfiguration runs this project's own settings on its own table, from
// end to end: whatever they are, a champion and a report come out. A project
// without a table says what to fill in.
func TestOwnConfiguration(t *testing.T) {
	t.Parallel()
	settings := must.Get(os.ReadFile("../configs/data.yaml"))(t)
	found := sourceLine.FindSubmatch(settings)
	require.NotNil(t, found, "configs/data.yaml names no source")
	source := string(found[1])
	if strings.Contains(source, "://") {
		t.Skip("the table is at an address: ", source)
	}
	if info, err := os.Stat(filepath.Join("..", source)); source != "" && err == nil && info.Size() > mostBytes {
		t.Skipf("the table has %d MB: make all takes longer than a test should", info.Size()>>20)
	}
	dir := must.Get(ownProject())(t)
	configs := must.Get(filepath.Abs("../configs"))(t)
	work := t.TempDir()
	cmd := exec.Command("make", "-s", "-C", dir, "all", "CONFIG="+configs, "WORK="+work)
	if source != "" && !filepath.IsAbs(source) {
		from := must.Get(filepath.Abs(filepath.Join("..", source)))(t)
		cmd.Args = append(cmd.Args, "SOURCE="+from)
	}
	out, err := cmd.CombinedOutput()
	if source == "" {
		require.Error(t, err)
		assert.Contains(t, string(out), "no source is set: put")
		return
	}
	require.NoError(t, err, string(out))
	judge(t, string(out))
	for _, file := range []string{"models/champion/model.zip", "reports/index.html", "reports/metrics.json"} {
		assert.FileExists(t, filepath.Join(work, file))
	}
}
