package tests

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// searchConfig is a project of its own: y is a wave over a and b.
var searchConfig = map[string]string{
	"schema.yaml":   "target: y\ncolumns:\n  - {name: a, type: number}\n  - {name: b, type: number}\n  - {name: y, type: number}\n",
	"features.yaml": "{}",
	"model.yaml": `
columns:
  - {name: place, columns: [a, b], steps: [cluster_similarity: {n_clusters: 20, n_init: 1}]}
estimator:
  ridge: {alpha: 1}
search:
  trials: 12
  space:
    estimator.ridge.alpha: {log_uniform: [0.001, 1000]}
    columns.place.steps.cluster_similarity.n_clusters: {int_uniform: [2, 40]}
`,
}

// searched is a project with training rows, in which searches run.
type searched struct {
	t                    *testing.T
	project, config, dir string
}

func newSearched(t *testing.T) *searched {
	t.Helper()
	dir, err := project()
	require.NoError(t, err)
	s := &searched{t, dir, t.TempDir(), t.TempDir()}
	rng := rand.New(rand.NewPCG(3, 4))
	var rows strings.Builder
	rows.WriteString("a,b,y\n")
	for range 3000 {
		a, b := rng.NormFloat64(), rng.NormFloat64()
		fmt.Fprintf(&rows, "%v,%v,%v\n", a, b, math.Sin(2*a)*b+rng.NormFloat64())
	}
	source := filepath.Join(s.config, "rows.csv")
	files := maps.Clone(searchConfig)
	files["rows.csv"], files["data.yaml"] = rows.String(), "fetch: {source: "+source+"}"
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(s.config, name), []byte(content), 0o600))
	}
	for _, stage := range []string{"fetch", "clean", "features"} {
		require.NoError(t, command(dir, "bin/"+stage, "-config", s.config, "-work", s.work("rows")).Run())
	}
	return s
}

func (s *searched) work(name string) string { return filepath.Join(s.dir, name) }

// place makes a work folder with the rows alone.
func (s *searched) place(name string) string {
	s.t.Helper()
	const processed = "data/processed"
	require.NoError(s.t, copyTree(filepath.Join(s.work("rows"), processed), filepath.Join(s.work(name), processed)))
	return s.work(name)
}

// killed starts a search and kills it after that time, with all its processes.
func (s *searched) killed(after time.Duration, name string, args ...string) {
	s.t.Helper()
	cmd := command(s.project, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(s.t, cmd.Start())
	time.Sleep(after)
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	_ = cmd.Wait()
}

// recorded returns when each trial below the work folder was written.
func recorded(work string) map[string]time.Time {
	times := map[string]time.Time{}
	files, _ := filepath.Glob(filepath.Join(work, "reports/search/trials/[0-9]*.json"))
	for _, file := range files {
		if info, err := os.Stat(file); err == nil {
			times[filepath.Base(file)] = info.ModTime()
		}
	}
	return times
}

// A search that is killed at random moments, and then left to finish, makes
// what an undisturbed one does, and does not repeat a trial that is recorded.
func TestSearchIsKilled(t *testing.T) {
	t.Parallel()
	s := newSearched(t)
	for _, strategy := range []string{"random", "halving"} {
		args := func(work string) []string {
			return []string{"search", "-config", s.config, "-work", work, "-strategy", strategy}
		}
		undisturbed := s.place(strategy)
		started := time.Now()
		require.NoError(t, command(s.project, "bin/tools", args(undisturbed)...).Run())
		whole := time.Since(started)
		want := hashes(undisturbed)

		work := s.place(strategy + "-killed")
		rng := rand.New(rand.NewPCG(1, 2))
		kept := map[string]time.Time{}
		for range 5 {
			s.killed(time.Duration(rng.Int64N(int64(whole)/2)), "bin/tools", args(work)...)
			now := recorded(work)
			for trial, at := range kept {
				assert.Equal(t, at, now[trial], "trial %s was repeated", trial)
			}
			kept = now
		}
		require.NoError(t, command(s.project, "bin/tools", args(work)...).Run())
		now := recorded(work)
		for _, trial := range slices.Sorted(maps.Keys(kept)) {
			assert.Equal(t, kept[trial], now[trial], "trial %s was repeated", trial)
		}
		assert.Equal(t, want, hashes(work))
	}
}

// Four processes under make -j make what one does, also when they are killed
// and started again.
func TestSearchInShares(t *testing.T) {
	t.Parallel()
	s := newSearched(t)
	for _, strategy := range []string{"random", "halving"} {
		one := s.place(strategy)
		require.NoError(t, command(s.project, "bin/tools", "search", "-config", s.config, "-work", one, "-strategy", strategy).Run())

		four := s.place(strategy + "-four")
		search := fmt.Sprintf("SEARCH=bin/tools search -config %s -work %s -strategy %s", s.config, four, strategy)
		fanOut := []string{"-s", "-j4", "-f", "engine/scripts/search.mk", "SHARES=4", search}
		s.killed(300*time.Millisecond, "make", fanOut...)
		require.NoError(t, command(s.project, "make", fanOut...).Run())
		assert.Equal(t, hashes(one), hashes(four))
	}
}

// make search runs the stages that it needs, and the program.
func TestMakeSearch(t *testing.T) {
	t.Parallel()
	s := newSearched(t)
	cmd := command(s.project, "make", "-s", "search", "CONFIG="+s.config, "WORK="+s.work("rows"), "TRIALS=3", "STRATEGY=halving")
	out, err := cmd.Output()
	require.NoError(t, err)
	assert.Contains(t, string(out), "features: up to date\n")
	assert.Regexp(t, `search: trial \d of 3: rmse `, string(out))
}
