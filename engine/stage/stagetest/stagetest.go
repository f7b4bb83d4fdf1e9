// Package stagetest runs a stage in folders of its own.
package stagetest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/stage"
)

// Place is a work folder and one with settings, both gone when the test ends.
type Place struct {
	Work, Config   string
	Stdout, Stderr string // of the last run, without the names of both folders

	t testing.TB
}

// New makes the folders.
func New(t testing.TB) *Place { return &Place{Work: t.TempDir(), Config: t.TempDir(), t: t} }

// Run runs the stage and returns its status.
func (p *Place) Run(name string, run func(*stage.Stage) error, options ...stage.Option) (status int) {
	var stdout, stderr bytes.Buffer
	status = stage.Exec(name, []string{"-config", p.Config, "-work", p.Work}, &stdout, &stderr, run, options...)
	short := strings.NewReplacer(p.Work+"/", "", p.Config+"/", "")
	p.Stdout, p.Stderr = short.Replace(stdout.String()), short.Replace(stderr.String())
	return status
}

// Path is that of a file of the work folder.
func (p *Place) Path(name string) string { return filepath.Join(p.Work, name) }

// Write writes a file of the work folder, and makes the folder that it is in.
func (p *Place) Write(name, text string) { p.write(p.Path(name), text) }

// Set writes a file of settings.
func (p *Place) Set(name, text string) { p.write(filepath.Join(p.Config, name), text) }

func (p *Place) write(path, text string) {
	p.t.Helper()
	require.NoError(p.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(p.t, os.WriteFile(path, []byte(text), 0o644))
}

// Read returns a file of the work folder.
func (p *Place) Read(name string) string {
	p.t.Helper()
	data, err := os.ReadFile(p.Path(name))
	require.NoError(p.t, err)
	return string(data)
}
