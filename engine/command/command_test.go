package command

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// placed is an error with lines of a file.
type placed struct{ error }

func (placed) Details() string { return "  x: 1\n     ^" }

func TestStatus(t *testing.T) {
	check := func(want int, said string, result error, args ...string) {
		t.Helper()
		var stderr bytes.Buffer
		worked := false
		line := New("toy", &stderr, func(fs *flag.FlagSet) { fs.String("name", "", "a `name`") })
		status := line.Run(args, func(ctx context.Context) error {
			worked = true
			require.NoError(t, ctx.Err())
			return result
		})
		assert.Equal(t, want, status, args)
		if said == "" {
			assert.Empty(t, stderr.String(), args)
		} else {
			assert.Contains(t, stderr.String(), said, args)
		}
		refused := len(args) > 0 && args[0] != "-name"
		assert.Equal(t, !refused, worked, args)
	}
	check(0, "", nil)
	check(0, "", nil, "-name", "a")
	check(1, "toy: reading x: gone\n", errors.New("reading x: gone"))
	check(1, "toy: x: y\n  x: 1\n     ^\n", fmt.Errorf("x: %w", placed{errors.New("y")}))
	check(1, "", ErrTold)
	check(2, "toy: no x\n", Usagef("no %s", "x"))
	check(2, "toy: a: no x\n", fmt.Errorf("a: %w", Usagef("no x")))
	check(0, "Usage of toy:", nil, "-h")
	check(2, "flag provided but not defined: -nam", nil, "-nam", "a")
	check(2, "toy: unexpected argument \"a\"\n", nil, "a")
}

// A signal ends the context of the work, whose error is the program's.
func TestInterrupt(t *testing.T) {
	var stderr bytes.Buffer
	status := New("toy", &stderr, nil).Run(nil, func(ctx context.Context) error {
		require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGTERM))
		<-ctx.Done()
		return ctx.Err()
	})
	assert.Equal(t, 1, status)
	assert.Equal(t, "toy: context canceled\n", stderr.String())
}

// Both profiles are whole after success and after an error, and a second run
// can write them again.
func TestProfiles(t *testing.T) {
	run := func(result error, args ...string) (int, string) {
		var stderr bytes.Buffer
		status := New("toy", &stderr, nil).Run(args, func(context.Context) error { return result })
		return status, stderr.String()
	}
	for _, result := range []error{nil, errors.New("failed"), nil} {
		cpu, trace := filepath.Join(t.TempDir(), "cpu"), filepath.Join(t.TempDir(), "trace")
		status, said := run(result, "-cpuprofile", cpu, "-trace", trace)
		assert.Equal(t, result != nil, status == 1, said)
		assertStarts(t, cpu, "\x1f\x8b") // gzip
		assertStarts(t, trace, "go 1.")
	}

	file := filepath.Join(t.TempDir(), "nowhere", "file")
	status, said := run(nil, "-cpuprofile", file)
	assert.Equal(t, 1, status)
	assert.Contains(t, said, "toy: open "+file)
	cpu := filepath.Join(t.TempDir(), "cpu")
	status, said = run(nil, "-cpuprofile", cpu, "-trace", file)
	assert.Equal(t, 1, status)
	assert.Contains(t, said, "toy: open "+file)
	assertStarts(t, cpu, "\x1f\x8b")

	// Only one profile can be written at a time.
	other := filepath.Join(t.TempDir(), "other")
	err := New("toy", io.Discard, nil).measured(t, cpu, func() error {
		status, said = run(nil, "-cpuprofile", other)
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, 1, status)
	assert.Contains(t, said, "cpu profiling already in use")
}

func (l *Line) measured(t *testing.T, cpu string, work func() error) error {
	t.Helper()
	_, ok := l.Parse([]string{"-cpuprofile", cpu})
	require.True(t, ok)
	return l.Measure(work)
}

func assertStarts(t *testing.T, path, want string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Greater(t, len(data), len(want), path)
	assert.Equal(t, want, string(data[:len(want)]), path)
}

func TestDispatch(t *testing.T) {
	var got []string
	commands := []Command{
		{"draw", "make a picture", func(args []string, _, _ io.Writer) int { got = args; return 7 }},
		{"list", "tell what there is", nil},
	}
	check := func(status int, stdout, stderr string, args ...string) {
		t.Helper()
		var out, problems strings.Builder
		assert.Equal(t, status, Dispatch("toys", commands, args, &out, &problems), args)
		assert.Contains(t, out.String(), stdout)
		assert.Equal(t, stderr, problems.String())
	}
	const all = "\n  draw       make a picture\n  list       tell what there is\n"
	check(0, all, "")
	check(0, all, "", "-h")
	check(0, all, "", "help")
	check(7, "", "", "draw", "-h", "x")
	assert.Equal(t, []string{"-h", "x"}, got)
	check(2, "", "toys: unknown command \"drew\"; there are draw, list\n", "drew")
	check(2, "", "toys: unknown command \"-x\"; there are draw, list\n", "-x")
}
