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
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"

	"example.com/engine/settings"
	"example.com/engine/source"
	"example.com/engine/stage"
)

func main() {
	override := os.Getenv("SOURCE")
	stage.Main("fetch", func(s *stage.Stage) error { return run(s, override) },
		stage.KeepOutputs(),
		stage.Flags(func(fs *flag.FlagSet) {
			fs.StringVar(&override, "source", override, "`path or address` to take instead of fetch.source, as does $SOURCE")
		}))
}

func run(s *stage.Stage, override string) error {
	cfg := settings.Data[source.Settings, settings.Other]{Fetch: source.Default()}
	if err := s.Config("data.yaml", &cfg, &cfg.Fetch); err != nil {
		return err
	}
	name, err := cfg.Fetch.RawName()
	if err != nil {
		return err
	}
	f, err := source.NewFetcher(cfg.Fetch, override)
	if err != nil {
		return err
	}
	if err := declare(s, f); err != nil {
		return err
	}
	out := s.Output("data/raw/" + name)

	return s.Run(func(ctx context.Context) error {
		f.Downloader.Progress = func(have, total int64) io.WriteCloser {
			bar := s.Progress(total, "downloading")
			bar.Add(have)
			return bar
		}
		path, err := f.Get(ctx, filepath.Dir(out.Path))
		if err != nil {
			return err
		}
		sum, err := f.Verify(path)
		if err != nil {
			return err
		}
		if err := write(s, f, path, out); err != nil {
			return err
		}
		s.Fact("source_sha256", sum)
		return f.Forget(path)
	})
}

// declare makes the run depend on the source. With a known hash it makes no
// difference where the bytes come from: what `SOURCE=path make fetch` brought
// is up to date for the `make all` that follows.
func declare(s *stage.Stage, f *source.Fetcher) error {
	if source.IsRemote(f.From) {
		if f.Overridden && !f.AnySource() {
			s.Param("source", f.Identity())
		}
		return nil
	}
	path, err := source.LocalPath(f.From)
	if err != nil {
		return err
	}
	if f.AnySource() {
		_, err = f.Verify(path)
		return err
	}
	s.External(path)
	return nil
}

// write puts what the source holds in the output's place.
func write(s *stage.Stage, f *source.Fetcher, path string, out *stage.Output) error {
	w, err := out.Create()
	if err != nil {
		return err
	}
	if err := f.Unpack(w, path); err != nil {
		return err
	}
	info, err := w.Stat()
	if err != nil {
		return err
	}
	s.Logf("data/raw/%s from %s, %.1f MB", filepath.Base(out.Path), f.From, float64(info.Size())/1e6)
	return w.Close()
}
