package stage

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	made     = "toy: made out0/copy.txt and 1 more\n"
	upToDate = "toy: up to date\n"
)

func TestRunDecidesByContent(t *testing.T) {
	p := newPlace(t)
	step := func(what, want string, more ...string) {
		t.Helper()
		assert.Equal(t, want, p.must(more...), what)
		assert.Equal(t, upToDate, p.must(more...), "after: "+what)
	}
	step("the first run", made)
	assert.Equal(t, "one|two|", p.read("out0/copy.txt"))
	assert.Equal(t, "one|two|", p.read("out1/copy.txt"))

	p.settings("# a comment\ntoy:\n  copies: 2\nother: {any: thing}\n")
	step("defaults spelled out, another's section", upToDate)
	for _, path := range p.files() {
		later := time.Now().Add(time.Hour)
		require.NoError(t, os.Chtimes(filepath.Join(p.work, path), later, later))
	}
	step("touched files", upToDate)
	p.settings("toy: {suffix: '!'}")
	step("another setting", made)
	assert.Equal(t, "one|two!|", p.read("out1/copy.txt"))
	p.write("data/raw/in.txt", "three")
	step("another input", made)
	p.write("data/extra.txt", "+")
	step("an optional input appears", made)
	assert.Equal(t, "three+!|", p.read("out1/copy.txt"))
	require.NoError(t, os.Remove(filepath.Join(p.work, "data/extra.txt")))
	step("an optional input disappears", made)
	p.write("out1/copy.txt", "edited")
	step("an edited output", made)
	assert.Equal(t, "three!|", p.read("out1/copy.txt"))
	require.NoError(t, os.Remove(filepath.Join(p.work, "out0/copy.txt")))
	step("a removed output", made)
	step("a parameter", made, "-flag", "1")
	step("another parameter", made, "-flag", "2")
	p.write(RecordPath("toy"), "{")
	step("a damaged record", made)
}

func TestRecord(t *testing.T) {
	var records []string
	for range 2 {
		p := newPlace(t)
		p.settings("toy: {warning: careful, suffix: <>}")
		p.must("-flag", "x")
		records = append(records, p.read(RecordPath("toy")))
	}
	assert.Equal(t, records[0], records[1], "the record depends on where or when the stage ran")

	program, err := Program()
	require.NoError(t, err)
	want := `{
  "format": 1,
  "stage": "toy",
  "program": "` + program + `",
  "config": {
    "toy.yaml": {
      "toy": {
        "copies": 2,
        "deaf": false,
        "fail": "",
        "forget": false,
        "pause": "0s",
        "suffix": "<>",
        "warning": "careful"
      }
    }
  },
  "params": {
    "flag": "x"
  },
  "inputs": [
    {
      "path": "data/extra.txt",
      "bytes": 0
    },
    {
      "path": "data/raw/in.txt",
      "sha256": "",
      "bytes": 7
    }
  ],
  "outputs": [
    {
      "path": "out0/copy.txt",
      "sha256": "",
      "bytes": 10
    },
    {
      "path": "out1/copy.txt",
      "sha256": "",
      "bytes": 10
    }
  ],
  "facts": {
    "bytes": 9
  },
  "warnings": [
    "careful"
  ]
}
`
	assert.Equal(t, blankSums(want), blankSums(records[0]))
	// printf 'one|two' | sha256sum; printf 'one|two<>|' | sha256sum
	assert.Contains(t, records[0], "8df582537a4d42ed5a338c03e57dd1a659ff128f37e817acc9ce14b81a73f308")
	assert.Contains(t, records[0], "120422fe4174141ab5509d4c0af817e4cb091dd37470e97623a79502fb5afab6")
}

// blankSums leaves the digests out, which are asked for by themselves.
func blankSums(record string) string {
	lines := strings.Split(record, "\n")
	for i, line := range lines {
		if before, _, ok := strings.Cut(line, `"sha256": "`); ok {
			lines[i] = before
		}
	}
	return strings.Join(lines, "\n")
}

func TestHostFactsStandApart(t *testing.T) {
	p := newPlace(t)
	p.must()
	var h Host
	require.NoError(t, json.Unmarshal([]byte(p.read(HostDir+"/toy.json")), &h))
	assert.WithinDuration(t, time.Now(), h.Started, time.Minute)
	assert.Positive(t, h.PeakBytes)
	assert.Regexp(t, `^toy +\d+\.\d\d\d s +\d+ MB   \d{4}-\d\d-\d\d \d\d:\d\d:\d\d   go.*cores\n$`, p.must("-timing"))
	require.NoError(t, os.Remove(filepath.Join(p.work, HostDir, "toy.json")))
	assert.Equal(t, upToDate, p.must())
	assert.Equal(t, "toy        never ran here\n", p.must("-timing"))
}

func TestFailureLeavesOutputsAlone(t *testing.T) {
	p := newPlace(t)
	p.must()
	check := func(name, settings, want string) {
		t.Helper()
		p.settings(settings)
		status, out := p.run()
		assert.Equal(t, 1, status, name)
		assert.Equal(t, want, out, name)
		assert.Equal(t, "one|two|", p.read("out0/copy.txt"), name)
		assert.Len(t, p.files(), 3, "%s: something is left behind", name)
	}
	check("an error of the work", "toy: {suffix: x, fail: badly}", "toy: failing: badly\n")
	check("a forgotten output", "toy: {forget: true}", "toy: out0/copy.txt was promised and not written\n")
	check("a wrong setting", "toy:\n  copies: -1\n",
		"toy: toy.yaml:2:11: toy.copies: -1 is less than 0\n  1 | toy:\n  2 |   copies: -1\n    |           ^\n")
	p.settings("")
	assert.Equal(t, upToDate, p.must(), "the record is of the last complete run")

	require.NoError(t, os.Remove(filepath.Join(p.work, "data/raw/in.txt")))
	status, out := p.run()
	assert.Equal(t, 1, status)
	assert.Equal(t, "toy: data/raw/in.txt is missing: run `make fetch` first\n", out)
}

func TestExternalInputs(t *testing.T) {
	p := newPlace(t)
	file := filepath.Join(t.TempDir(), "rows.txt")
	run := func(s *Stage) error {
		s.External(file)
		s.External("main.go")
		out := s.Output("out.txt")
		return s.Run(func(context.Context) error { return out.WriteFile([]byte("x")) })
	}
	status, out := p.runStage("ext", run)
	assert.Equal(t, 1, status)
	assert.Equal(t, "ext: "+file+" does not exist\n", out)
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	status, out = p.runStage("ext", run)
	assert.Zero(t, status)
	assert.Equal(t, "ext: made out.txt\n", out)
	r, err := ReadRecord(p.work, "ext")
	require.NoError(t, err)
	assert.Equal(t, "main.go", r.Inputs[0].Path)
	assert.Equal(t, "rows.txt", r.Inputs[1].Path, "no folder that others don't have")
}

func TestInputChangedDuringTheRun(t *testing.T) {
	p := newPlace(t)
	status, out := p.runStage("slow", func(s *Stage) error {
		in, out := s.Input("data/raw/in.txt"), s.Output("out.txt")
		return s.Run(func(context.Context) error {
			if err := os.WriteFile(in, []byte("other"), 0o644); err != nil {
				return err
			}
			return out.WriteFile([]byte("x"))
		})
	})
	assert.Equal(t, 1, status)
	assert.Equal(t, "slow: data/raw/in.txt changed during the run; run again\n", out)
	assert.Equal(t, "none", p.read("out.txt"))
}

func TestOldOutputsAreRemoved(t *testing.T) {
	p := newPlace(t)
	p.settings("toy: {copies: 4}")
	p.must()
	p.write("out2/copy.txt", "a person's")
	p.must()
	p.write("out2/copy.txt", "a person's")
	other := func(s *Stage) error {
		out := s.Output("out3/copy.txt")
		return s.Run(func(context.Context) error { return out.WriteFile([]byte("one|two|")) })
	}
	status, out := p.runStage("other", other)
	require.Zero(t, status, out)
	p.settings("toy: {copies: 1}")
	p.must()
	assert.Equal(t, "one|two|", p.read("out0/copy.txt"))
	assert.Equal(t, "none", p.read("out1/copy.txt"), "made before, not any more")
	assert.Equal(t, "a person's", p.read("out2/copy.txt"), "edited since")
	assert.Equal(t, "one|two|", p.read("out3/copy.txt"), "made by another stage now")
}

func TestRedoAndKeepOutputs(t *testing.T) {
	p := newPlace(t)
	name := "a.txt"
	run := func(s *Stage) error {
		if name == "b.txt" {
			s.Redo("asked to")
		}
		out := s.Output(name)
		return s.Run(func(context.Context) error { return out.WriteFile([]byte("x")) })
	}
	exec := func(more ...string) string {
		var b strings.Builder
		require.Zero(t, Exec("keep", p.args(more...), &b, &b, run, KeepOutputs()))
		return b.String()
	}
	assert.Equal(t, "keep: made a.txt\n", exec())
	name = "b.txt"
	assert.Equal(t, "keep: made b.txt\n", exec())
	assert.Equal(t, "x", p.read("a.txt"))
	assert.Equal(t, "keep: made b.txt\n", exec(), "asked to do it again")
	assert.Equal(t, "keep: would run: asked to\n", exec("-why", filepath.Join(p.work, "why")))
}

func TestCallersBugs(t *testing.T) {
	p := newPlace(t)
	for _, path := range []string{"", ".", "../x", "/etc/passwd", "a/../../x"} {
		assert.Panics(t, func() {
			p.runStage("bug", func(s *Stage) error { s.Input(path); return nil })
		}, path)
	}
}

func TestProgressIsQuietInAPipe(t *testing.T) {
	p := newPlace(t)
	status, out := p.runStage("bar", func(s *Stage) error {
		bar := s.Progress(10, "working")
		defer bar.Close()
		bar.started = bar.started.Add(-time.Minute)
		bar.Add(5)
		_, err := bar.Write(make([]byte, 5))
		return err
	})
	assert.Zero(t, status)
	assert.Empty(t, out)
}
