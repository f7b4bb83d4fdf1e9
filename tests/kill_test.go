package tests

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestKillAtAnyMoment kills make all with all its programs at random moments,
// then lets it finish: every output is as after an undisturbed run. KILLS sets
// how often.
func TestKillAtAnyMoment(t *testing.T) {
	t.Parallel()
	dir, err := project()
	require.NoError(t, err)
	run := func(work string, after time.Duration) time.Duration {
		started := time.Now()
		cmd := command(dir, "make", "-s", "all", "CONFIG=configs/ridge", "WORK="+work)
		cmd.Stderr = nil
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		require.NoError(t, cmd.Start())
		if after > 0 {
			time.Sleep(after)
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			_ = cmd.Wait()
		} else {
			require.NoError(t, cmd.Wait())
		}
		return time.Since(started)
	}
	undisturbed := filepath.Join(t.TempDir(), "undisturbed")
	whole := run(undisturbed, 0)
	want := hashes(undisturbed)

	kills, _ := strconv.Atoi(os.Getenv("KILLS"))
	rng := rand.New(rand.NewPCG(1, 2))
	work := filepath.Join(t.TempDir(), "killed")
	for range max(kills, 6) {
		run(work, time.Duration(rng.Int64N(int64(whole))))
		if rng.IntN(3) == 0 {
			run(work, 0)
			require.Equal(t, want, hashes(work))
			require.NoError(t, os.RemoveAll(work))
		}
	}
	run(work, 0)
	require.Equal(t, want, hashes(work))
}
