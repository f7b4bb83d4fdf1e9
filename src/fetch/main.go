// Fetch brings the source table to data/raw: from a path, a file:// or an
// http(s):// address, plain, gzipped, or as a member of a zip or tar archive.
//
//	fetch [-config configs] [-work .] [-source path or address]
//
// The SHA-256 of the source is checked before its content takes its place. A
// download that was cut goes on where it ended. A file that was fetched and
// verified is not asked for again.
package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/engine/source"
	"example.com/engine/stage"
)

// settings are data.yaml; the section of the cleaning stage is its own.
type settings struct {
	Fetch source.Settings `yaml:"fetch"`
	Clean any             `yaml:"clean"`
}

func main() {
	override := os.Getenv("SOURCE")
	stage.Main("fetch", func(s *stage.Stage) error { return run(s, override) },
		stage.KeepOutputs(),
		stage.Flags(func(fs *flag.FlagSet) {
			fs.StringVar(&override, "source", override, "`path or address` to take instead of fetch.source, as does $SOURCE")
		}))
}

func run(s *stage.Stage, override string) error {
	cfg := settings{Fetch: source.Default()}
	if err := s.Config("data.yaml", &cfg, &cfg.Fetch); err != nil {
		return err
	}
	name, err := cfg.Fetch.RawName()
	if err != nil {
		return err
	}
	f := fetcher{stage: s, Settings: cfg.Fetch, from: cmp.Or(override, cfg.Fetch.Source), out: s.Output("data/raw/" + name)}
	if err := f.declare(override != ""); err != nil {
		return err
	}
	return s.Run(f.run)
}

// fetcher is one run.
type fetcher struct {
	source.Settings
	stage *stage.Stage
	from  string // the configured source, or what is taken instead
	out   *stage.Output
}

// declare makes the run depend on the source. With a known hash it makes no
// difference where the bytes come from: what `SOURCE=path make fetch` brought
// is up to date for the `make all` that follows.
func (f *fetcher) declare(overridden bool) error {
	switch {
	case f.from == "":
		return fmt.Errorf("no source is set: put it under fetch.source in data.yaml, or run `SOURCE=path make fetch`")
	case source.IsRemote(f.from):
		if overridden && f.SHA256 == "" {
			f.stage.Param("source", f.from)
		}
		return nil
	}
	path, err := source.LocalPath(f.from)
	if err != nil {
		return err
	}
	if !overridden || f.SHA256 == "" {
		f.stage.External(path)
		return nil
	}
	_, err = f.verify(path)
	return err
}

func (f *fetcher) run(ctx context.Context) error {
	path, err := source.LocalPath(f.from)
	if source.IsRemote(f.from) {
		path, err = f.download(ctx)
	}
	if err != nil {
		return err
	}
	sum, err := f.verify(path)
	if err != nil {
		return err
	}
	if err := f.unpack(path); err != nil {
		return err
	}
	f.stage.Fact("source_sha256", sum)
	if source.IsRemote(f.from) {
		return source.Forget(path)
	}
	return nil
}

// newDownloader is less patient in tests.
var newDownloader = source.NewDownloader

// download returns the file that the address was downloaded to.
func (f *fetcher) download(ctx context.Context) (string, error) {
	part := filepath.Join(filepath.Dir(f.out.Path), fmt.Sprintf(".download-%.6x.part", sha256.Sum256([]byte(f.from))))
	if err := os.MkdirAll(filepath.Dir(part), 0o755); err != nil {
		return "", err
	}
	d := newDownloader(f.MaxBytes)
	d.Progress = func(have, total int64) io.WriteCloser {
		bar := f.stage.Progress(total, "downloading")
		bar.Add(have)
		return bar
	}
	err := d.Get(ctx, f.from, part)
	if err != nil && ctx.Err() == nil {
		return "", fmt.Errorf("%w\nwithout network, get the file%s by other means and run `SOURCE=path/to/%s make fetch`",
			err, f.withHash(), filepath.Base(f.from))
	}
	return part, err
}

func (f *fetcher) withHash() string {
	if f.SHA256 == "" {
		return ""
	}
	return " with SHA-256 " + f.SHA256
}

// verify checks the source's hash. A download that fails it is of no use any
// more, and the file of an earlier run stays.
func (f *fetcher) verify(path string) (string, error) {
	sum, err := source.Verify(path, f.SHA256)
	var mismatch *source.MismatchError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("source %s does not exist", path)
	case errors.As(err, &mismatch):
		mismatch.File = f.from
		if source.IsRemote(f.from) {
			err = errors.Join(err, source.Forget(path))
		}
		return "", fmt.Errorf("%w as fetch.sha256 in data.yaml says; no file was replaced", err)
	}
	return sum, err
}

func (f *fetcher) unpack(path string) error {
	w, err := f.out.Create()
	if err != nil {
		return err
	}
	if err := source.Unpack(w, path, f.Member, f.MaxBytes); err != nil {
		return fmt.Errorf("unpacking %s: %w", f.from, err)
	}
	info, err := w.Stat()
	if err != nil {
		return err
	}
	f.stage.Logf("data/raw/%s from %s, %.1f MB", filepath.Base(f.out.Path), f.from, float64(info.Size())/1e6)
	return w.Close()
}
