package stage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Folders of the records, below the work folder. What a run depends on and
// what it made is the same for everyone and stands in LineageDir; when and
// where it ran stands in HostDir, which nothing depends on.
const (
	LineageDir = "reports/lineage"
	HostDir    = LineageDir + "/host"
)

// recordFormat is raised when older records can't be compared any more.
const recordFormat = 1

// Record is what the last complete run of a stage depended on and made.
type Record struct {
	Format   int                        `json:"format"`
	Stage    string                     `json:"stage"`
	Program  string                     `json:"program"` // hash of its code, see [Program]
	Config   map[string]json.RawMessage `json:"config"`  // by file: what was read, defaults included
	Params   map[string]json.RawMessage `json:"params,omitempty"`
	Inputs   []File                     `json:"inputs"`  // by path
	Outputs  []File                     `json:"outputs"` // by path
	Facts    map[string]any             `json:"facts,omitempty"`
	Warnings []string                   `json:"warnings,omitempty"`

	Host *Host `json:"-"` // nil where it is not known
}

// File is a file as it was read or made. A missing optional input has no
// SHA-256.
type File struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256,omitempty"`
	Bytes  int64  `json:"bytes"`
}

// RecordPath is the file that holds the record of a stage, below the work
// folder.
func RecordPath(stage string) string { return LineageDir + "/" + stage + ".json" }

func hostPath(stage string) string { return HostDir + "/" + stage + ".json" }

// ReadRecord returns the record of the stage's last run, or nil where it
// never ran.
func ReadRecord(work, stage string) (*Record, error) {
	path := filepath.Join(work, RecordPath(stage))
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &Record{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if r.Format != recordFormat || r.Stage != stage {
		return nil, fmt.Errorf("reading %s: format %d of stage %q, not %d of %q", path, r.Format, r.Stage, recordFormat, stage)
	}
	for _, m := range []map[string]json.RawMessage{r.Config, r.Params} {
		for key, value := range m {
			m[key] = compact(value)
		}
	}
	r.Host = readHost(filepath.Join(work, hostPath(stage)))
	return r, nil
}

// Records returns the records of all stages that ran, each after those whose
// outputs it reads.
func Records(work string) ([]Record, error) {
	paths, err := fs.Glob(os.DirFS(work), LineageDir+"/*.json")
	if err != nil {
		return nil, err
	}
	var records []Record
	for _, path := range paths {
		r, err := ReadRecord(work, strings.TrimSuffix(filepath.Base(path), ".json"))
		if err != nil {
			return nil, err
		}
		if r != nil {
			records = append(records, *r)
		}
	}
	return inOrder(records), nil
}

func (r *Record) write(work string) error {
	data, err := indented(r)
	if err != nil {
		return err
	}
	return WriteAtomic(filepath.Join(work, RecordPath(r.Stage)), r.Stage, data)
}

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}

func compact(data json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if json.Compact(&b, data) != nil {
		return data
	}
	return b.Bytes()
}

// Host is when, where and at what cost a stage last ran.
type Host struct {
	Started    time.Time `json:"started"`
	Seconds    float64   `json:"seconds"`
	PeakBytes  int64     `json:"peak_bytes"` // resident memory; 0 where the system does not tell
	Go         string    `json:"go"`
	System     string    `json:"system"`
	CPUs       int       `json:"cpus"`
	GOMAXPROCS int       `json:"gomaxprocs"`
}

func writeHost(path, stage string, started time.Time) error {
	data, err := indented(Host{
		Started:    started.UTC().Truncate(time.Millisecond),
		Seconds:    time.Since(started).Round(time.Millisecond).Seconds(),
		PeakBytes:  peakBytes(),
		Go:         runtime.Version(),
		System:     runtime.GOOS + "/" + runtime.GOARCH,
		CPUs:       runtime.NumCPU(),
		GOMAXPROCS: runtime.GOMAXPROCS(0),
	})
	if err != nil {
		return err
	}
	return WriteAtomic(path, stage, data)
}

func readHost(path string) *Host {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	h := &Host{}
	if json.Unmarshal(data, h) != nil {
		return nil
	}
	return h
}

// printTiming is what the flag -timing asks for.
func (s *Stage) printTiming() error {
	r, err := ReadRecord(s.work, s.Name)
	if err != nil {
		return err
	}
	if r == nil || r.Host == nil {
		fmt.Fprintf(s.stdout, "%-10s never ran here\n", s.Name)
		return nil
	}
	h := r.Host
	fmt.Fprintf(s.stdout, "%-10s %8.3f s %6d MB   %s   %s, %d of %d cores\n", s.Name, h.Seconds, h.PeakBytes>>20,
		h.Started.Local().Format(time.DateTime), h.Go, h.GOMAXPROCS, h.CPUs)
	return nil
}
