package stage

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// toySettings are of a stage that copies an input to several outputs.
type toySettings struct {
	Toy struct {
		Copies  int           `yaml:"copies" validate:"gte=0"`
		Suffix  string        `yaml:"suffix"`
		Pause   time.Duration `yaml:"pause"` // between the writes
		Deaf    bool          `yaml:"deaf"`  // to its context
		Fail    string        `yaml:"fail"`
		Forget  bool          `yaml:"forget"` // to write the outputs
		Warning string        `yaml:"warning"`
	} `yaml:"toy"`
	Other any `yaml:"other"`
}

// toyFlag is of one toy at a time.
var (
	toyFlag string
	toyLock sync.Mutex
)

func toyFlags(fs *flag.FlagSet) { fs.StringVar(&toyFlag, "flag", "", "") }

func runToy(s *Stage) error {
	cfg := toySettings{}
	cfg.Toy.Copies = 2
	if err := s.Config("toy.yaml", &cfg, &cfg.Toy); err != nil {
		return err
	}
	if toyFlag != "" {
		s.Param("flag", toyFlag)
	}
	in := s.Input("data/raw/in.txt")
	extra := s.OptionalInput("data/extra.txt")
	var outs []*Output
	for i := range cfg.Toy.Copies {
		outs = append(outs, s.Output(fmt.Sprintf("out%d/copy.txt", i)))
	}
	return s.Run(func(ctx context.Context) error {
		data, err := os.ReadFile(in)
		if err != nil {
			return err
		}
		more, _ := os.ReadFile(extra)
		data = fmt.Append(data, string(more), cfg.Toy.Suffix)
		if cfg.Toy.Warning != "" {
			s.Warn("%s", cfg.Toy.Warning)
		}
		s.Fact("bytes", len(data))
		for _, o := range outs {
			if cfg.Toy.Forget {
				break
			}
			if err := copySlowly(ctx, o, data, cfg.Toy.Pause, cfg.Toy.Deaf); err != nil {
				return err
			}
		}
		if cfg.Toy.Fail != "" {
			return fmt.Errorf("failing: %s", cfg.Toy.Fail)
		}
		return nil
	})
}

func copySlowly(ctx context.Context, o *Output, data []byte, pause time.Duration, deaf bool) error {
	f, err := o.Create()
	if err != nil {
		return err
	}
	for half := range bytes.SplitSeq(data, []byte("|")) {
		if _, err := f.Write(append(half, '|')); err != nil {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			if !deaf {
				return ctx.Err()
			}
			time.Sleep(pause)
		}
	}
	return nil // Run closes the file.
}

// TestMain lets tests start the toy as a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("STAGE_TOY") != "" {
		Main("toy", runToy, Flags(toyFlags))
	}
	os.Exit(m.Run())
}

// place is a folder with settings and a work folder.
type place struct {
	t            *testing.T
	config, work string
}

func newPlace(t *testing.T) *place {
	p := &place{t, t.TempDir(), t.TempDir()}
	p.write("data/raw/in.txt", "one|two")
	return p
}

func (p *place) settings(text string) {
	p.t.Helper()
	require.NoError(p.t, os.WriteFile(filepath.Join(p.config, "toy.yaml"), []byte(text), 0o644))
}

func (p *place) write(path, text string) {
	p.t.Helper()
	path = filepath.Join(p.work, path)
	require.NoError(p.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(p.t, os.WriteFile(path, []byte(text), 0o644))
}

// read returns the file's text, or "none".
func (p *place) read(path string) string {
	data, err := os.ReadFile(filepath.Join(p.work, path))
	if err != nil {
		return "none"
	}
	return string(data)
}

func (p *place) args(more ...string) []string {
	return append([]string{"-config", p.config, "-work", p.work}, more...)
}

// run runs the toy in this process and returns its status and what it printed.
func (p *place) run(more ...string) (int, string) {
	return p.runStage("toy", runToy, more...)
}

func (p *place) runStage(name string, run func(*Stage) error, more ...string) (int, string) {
	toyLock.Lock()
	defer toyLock.Unlock()
	var out bytes.Buffer
	toyFlag = ""
	status := Exec(name, p.args(more...), &out, &out, run, Flags(toyFlags))
	return status, strings.ReplaceAll(out.String(), p.config+"/", "")
}

// must runs the toy, which must succeed, and returns what it printed.
func (p *place) must(more ...string) string {
	p.t.Helper()
	status, out := p.run(more...)
	require.Zero(p.t, status, out)
	return out
}

// files lists what is below the work folder, but for records.
func (p *place) files() []string {
	var list []string
	err := filepath.WalkDir(p.work, func(path string, d os.DirEntry, err error) error {
		if path, _ = filepath.Rel(p.work, path); err == nil && !d.IsDir() && !strings.HasPrefix(path, "reports/lineage") {
			list = append(list, path)
		}
		return err
	})
	require.NoError(p.t, err)
	return list
}
