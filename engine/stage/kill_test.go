package stage

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// start runs the toy as a process of its own.
func (p *place) start() (*exec.Cmd, *bytes.Buffer) {
	p.t.Helper()
	program, err := os.Executable()
	require.NoError(p.t, err)
	cmd := exec.Command(program, p.args()...)
	cmd.Env = append(os.Environ(), "STAGE_TOY=1")
	out := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	require.NoError(p.t, cmd.Start())
	return cmd, out
}

// exitStatus waits for the end; a killed process has -1.
func exitStatus(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode()
}

// started waits for the toy to be in the middle of its work.
func (p *place) started() {
	p.t.Helper()
	require.Eventually(p.t, func() bool {
		return strings.HasPrefix(p.read("out0/.tmp-toy-copy.txt"), "one")
	}, 10*time.Second, time.Millisecond)
}

func TestSignals(t *testing.T) {
	check := func(name string, signal os.Signal, settings string, twice bool, want int) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			p.settings("toy: {suffix: old}")
			p.must()
			p.settings(settings)
			cmd, out := p.start()
			p.started()
			require.NoError(t, cmd.Process.Signal(signal))
			if twice {
				time.Sleep(50 * time.Millisecond)
				require.NoError(t, cmd.Process.Signal(signal))
			}
			assert.Equal(t, want, exitStatus(t, cmd), out)
			assert.Equal(t, []string{"data/raw/in.txt", "out0/copy.txt", "out1/copy.txt"}, p.files(), "a temporary is left")
			assert.Equal(t, "one|twoold|", p.read("out0/copy.txt"))
			p.settings("toy: {suffix: old}")
			assert.Equal(t, upToDate, p.must())
		})
	}
	check("interrupt", os.Interrupt, "toy: {pause: 30s}", false, 130)
	check("terminate", syscall.SIGTERM, "toy: {pause: 30s}", false, 143)
	check("a stage that ends its work all the same", os.Interrupt, "toy: {pause: 200ms, deaf: true}", false, 130)
	check("a deaf stage, asked twice", os.Interrupt, "toy: {pause: 30s, deaf: true}", true, 130)
}

// After kill -9 at any moment, every file in its place is whole, of the run
// before or of this one, and the next run ends as if nothing had happened.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills many processes")
	}
	undisturbed := newPlace(t)
	undisturbed.settings("toy: {suffix: new, copies: 3}")
	undisturbed.must()

	p := newPlace(t)
	p.settings("toy: {suffix: old, copies: 3}")
	p.must()
	interrupted := 0
	for i := range 40 {
		p.settings("toy: {suffix: old, copies: 3}")
		p.must()
		p.settings("toy: {suffix: new, copies: 3, pause: 1ms}")
		cmd, _ := p.start()
		time.Sleep(time.Duration(i) * time.Millisecond)
		_ = cmd.Process.Kill() // It may have ended.
		if exitStatus(t, cmd) != 0 {
			interrupted++
		}
		for _, copy := range []string{"out0/copy.txt", "out1/copy.txt", "out2/copy.txt"} {
			require.Contains(t, []string{"one|twoold|", "one|twonew|"}, p.read(copy))
		}
		p.settings("toy: {suffix: new, copies: 3}")
		p.must()
		require.Equal(t, undisturbed.files(), p.files(), "a temporary is left")
		require.Equal(t, undisturbed.read(RecordPath("toy")), p.read(RecordPath("toy")))
	}
	assert.Greater(t, interrupted, 5, "the toy is too quick to be killed")
}

func TestStaleTemporariesAreRemoved(t *testing.T) {
	p := newPlace(t)
	p.settings("toy: {copies: 3}")
	p.must()
	p.write("out2/.tmp-toy-copy.txt", "of a killed run with more copies")
	p.write("reports/lineage/.tmp-toy-toy.json", "half")
	p.write("out0/.tmp-other-copy.txt", "another stage's")
	p.settings("toy: {copies: 1}")
	p.must()
	assert.Equal(t, []string{"data/raw/in.txt", "out0/.tmp-other-copy.txt", "out0/copy.txt"}, p.files())
	assert.Equal(t, "none", p.read("reports/lineage/.tmp-toy-toy.json"))
}

func TestRunsWaitForEachOther(t *testing.T) {
	p := newPlace(t)
	p.settings("toy: {pause: 100ms}")
	cmd, _ := p.start()
	p.started()
	assert.Equal(t, "toy: waiting for another run in this work folder\n"+upToDate, p.must(),
		"the second finds what the first has made")
	assert.Zero(t, exitStatus(t, cmd))

	// Another work folder is nobody's business.
	p.write("data/raw/in.txt", "again")
	cmd, _ = p.start()
	assert.Equal(t, made, newPlace(t).must())
	assert.Zero(t, exitStatus(t, cmd))
}

func TestManyRunsAtOnce(t *testing.T) {
	p := newPlace(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var out bytes.Buffer
			assert.Zero(t, Exec("toy", p.args(), &out, &out, runToy), out.String())
		})
	}
	wg.Wait()
	assert.Equal(t, upToDate, p.must())
	assert.FileExists(t, filepath.Join(p.work, HostDir, "toy.lock"))
}
