package model

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"example.com/engine/npy"
)

// Format is the newest version of the model file. A program reads it and all
// before it, and writes the oldest that says all: 2 has what answers of classes
// depend on, which a program of format 1 would pass over.
const Format = 2

const (
	headName = "head.json"
	sumsName = "SHA256SUMS"
)

// Save writes the model as a zip archive: head.json, which a person can read;
// one NumPy file for each large array, so numpy.load reads the archive; and
// SHA256SUMS, which "sha256sum -c" checks. The same model gives the same bytes.
func (m *Model) Save(w io.Writer) error {
	if m.Format = 1; m.Decision != nil || m.Calibration != nil || m.ClassWeights != nil {
		m.Format = Format
	}
	head, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", headName, err)
	}
	out := archive{zip: zip.NewWriter(w)}
	out.add(headName, func(w io.Writer) error { _, err := w.Write(head); return err })
	arrays := m.arrays()
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		out.add(name+".npy", func(w io.Writer) error { return npy.Write(w, arrays[name]) })
	}
	sums := out.sums.Bytes()
	out.add(sumsName, func(w io.Writer) error { _, err := w.Write(sums); return err })
	if out.err != nil {
		return out.err
	}
	return out.zip.Close()
}

// archive writes zip members without a time and notes their SHA-256.
type archive struct {
	zip  *zip.Writer
	sums bytes.Buffer
	err  error
}

func (a *archive) add(name string, write func(io.Writer) error) {
	if a.err != nil {
		return
	}
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		a.err = err
		return
	}
	sum := sha256.New()
	if err := write(io.MultiWriter(w, sum)); err != nil {
		a.err = fmt.Errorf("writing %s: %w", name, err)
		return
	}
	fmt.Fprintf(&a.sums, "%x  %s\n", sum.Sum(nil), name)
}

// Open loads the model file at path; see [Read].
func Open(path string) (*Model, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// Read loads a model file from memory. A file that is cut short, changed, or
// of a newer format is refused.
func Read(data []byte) (*Model, error) {
	members, err := unpack(data)
	if err != nil {
		return nil, err
	}
	var version struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(members[headName], &version); err != nil {
		return nil, fmt.Errorf("%s: %w", headName, err)
	}
	if version.Format > Format {
		return nil, fmt.Errorf("format %d is newer than this program, which reads up to %d: build the program again", version.Format, Format)
	}
	m := new(Model)
	if err := json.Unmarshal(members[headName], m); err != nil {
		return nil, fmt.Errorf("%s: %w", headName, err)
	}
	if err := m.ready(); err != nil {
		return nil, err
	}
	arrays := m.arrays()
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		if err := npy.Read(members[name+".npy"], arrays[name]); err != nil {
			return nil, fmt.Errorf("%s.npy: %w", name, err)
		}
	}
	if m.Profile != nil {
		if err := m.Profile.Validate(); err != nil {
			return nil, fmt.Errorf("damaged: %w", err)
		}
	}
	sum := sha256.Sum256(data)
	m.digest = hex.EncodeToString(sum[:])
	return m, nil
}

// unpack returns the members, each checked against SHA256SUMS.
func unpack(data []byte) (map[string][]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("not a model file, or cut short (%d bytes): %w", len(data), err)
	}
	sums, err := fs.ReadFile(r, sumsName)
	if err != nil {
		return nil, fmt.Errorf("damaged: %s: %w", sumsName, err)
	}
	members := map[string][]byte{}
	for line := range strings.Lines(string(sums)) {
		want, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		b, err := fs.ReadFile(r, name)
		if err != nil {
			return nil, fmt.Errorf("damaged: %s: %w", name, err)
		}
		if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != want {
			return nil, fmt.Errorf("damaged: %s has SHA-256 %x, want %s", name, got, want)
		}
		members[name] = b
	}
	if members[headName] == nil {
		return nil, fmt.Errorf("damaged: no %s", headName)
	}
	return members, nil
}

// Card is the part of model.yaml that a person writes for those who use the
// model and those whom it judges, after Mitchell and others 2019, Model Cards
// for Model Reporting. What can be measured is added to it by the stage
// evaluate. Every list is of sentences.
type Card struct {
	Name        string   `yaml:"name"`
	Summary     string   `yaml:"summary"`
	Contact     string   `yaml:"contact"`
	Licence     string   `yaml:"licence"`
	IntendedUse []string `yaml:"intended_use"`
	OutOfScope  []string `yaml:"out_of_scope"`
	Data        []string `yaml:"data"`
	Limits      []string `yaml:"limits"`
	Ethics      []string `yaml:"ethics"`
}
