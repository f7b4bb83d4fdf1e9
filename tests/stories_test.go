package tests

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// TestStories runs the scripts of testdata/stories. Each has $PROJECT, the
// built copy of the sources, and its programs on the path; it starts in a
// folder of its own, and make builds nothing. Beside testscript's commands there are
//
//	hashes DIR FILE       list the SHA-256 of every file below DIR but host facts and runs
//	replace FILE OLD NEW  change the one place where OLD stands; \n is a new line
//	touch DIR             give every file below DIR the present time
func TestStories(t *testing.T) {
	dir, err := project()
	if err != nil {
		t.Fatal("building the programs: ", err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/stories",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PROJECT", dir)
			e.Setenv("GO", filepath.Join(dir, builtGo))
			e.Setenv("PATH", filepath.Join(dir, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
			for _, name := range []string{"HOME", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS"} {
				e.Setenv(name, goEnv(name))
			}
			return os.Symlink(filepath.Join(dir, "data"), filepath.Join(e.WorkDir, "data"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"hashes": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(hashes(ts.MkAbs(args[0]))), 0o600))
			},
			"replace": replace,
			"touch": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(touch(ts.MkAbs(args[0])))
			},
		},
	})
}

// goEnv is a variable as the go command sees it, since the stories have none
// of the user's environment.
func goEnv(name string) string {
	if v := os.Getenv(name); v != "" || name == "HOME" {
		return v
	}
	out, _ := exec.Command("go", "env", name).Output()
	return strings.TrimSpace(string(out))
}

// hashes lists what a run made: the SHA-256 and the name of every file but the
// host facts of the records, and the runs, which say when they were.
func hashes(dir string) string {
	var b strings.Builder
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		slashed := filepath.ToSlash(path)
		if err != nil || d.IsDir() || strings.Contains(slashed, "lineage/host/") || strings.Contains(slashed, "reports/runs/") {
			return nil
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		fmt.Fprintf(&b, "%x %s %v\n", sha256.Sum256(data), rel, err)
		return nil
	})
	return b.String()
}

func replace(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	for i, arg := range args {
		args[i] = strings.ReplaceAll(arg, `\n`, "\n")
	}
	if n := strings.Count(string(data), args[1]); n != 1 {
		ts.Fatalf("%q stands %d times in %s", args[1], n, args[0])
	}
	ts.Check(os.WriteFile(path, []byte(strings.Replace(string(data), args[1], args[2], 1)), 0o600))
}

func touch(dir string) error {
	now := time.Now()
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chtimes(path, now, now)
	})
}

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
