package source

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Fetcher brings one source to where it is read: [Fetcher.Get], then
// [Fetcher.Verify], then [Fetcher.Unpack], then [Fetcher.Forget].
type Fetcher struct {
	Settings
	From       string // the configured source, or the one taken instead
	Overridden bool   // whether From is taken instead of the configured source
	Downloader *Downloader
}

// NewFetcher returns a fetcher of the configured source, or, unless it is
// empty, of the one that overrides it. No source at all is an error.
func NewFetcher(s Settings, override string) (*Fetcher, error) {
	f := &Fetcher{Settings: s, From: cmp.Or(override, s.Source), Overridden: override != "", Downloader: NewDownloader(s.MaxBytes)}
	if f.From == "" {
		return nil, errors.New("no source is set: put it under fetch.source in data.yaml, or run `SOURCE=path make fetch`")
	}
	return f, nil
}

// AnySource tells whether it makes no difference where the bytes come from:
// their hash is known, and they are taken from elsewhere than the settings say.
func (f *Fetcher) AnySource() bool { return f.Overridden && f.SHA256 != "" }

// Get returns the path of the source's file: where it is, or where in the
// folder it was downloaded to, which takes up what an earlier call left.
func (f *Fetcher) Get(ctx context.Context, folder string) (string, error) {
	if !IsRemote(f.From) {
		return LocalPath(f.From)
	}
	part := filepath.Join(folder, fmt.Sprintf(".download-%.6x.part", sha256.Sum256([]byte(f.From))))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	err := f.Downloader.Get(ctx, f.From, part)
	if err != nil && ctx.Err() == nil {
		return "", fmt.Errorf("%w\nwithout network, get the file%s by other means and run `SOURCE=path/to/%s make fetch`",
			err, f.withHash(), filepath.Base(f.From))
	}
	return part, err
}

func (f *Fetcher) withHash() string {
	if f.SHA256 == "" {
		return ""
	}
	return " with SHA-256 " + f.SHA256
}

// Verify returns the SHA-256 of the source's file, or an error if it is not
// the one in the settings. A download that is not it is deleted.
func (f *Fetcher) Verify(path string) (string, error) {
	sum, err := Verify(path, f.SHA256)
	var mismatch *MismatchError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("source %s does not exist", path)
	case errors.As(err, &mismatch):
		mismatch.File = f.From
		return "", fmt.Errorf("%w as fetch.sha256 in data.yaml says; no file was replaced", errors.Join(err, f.Forget(path)))
	}
	return sum, err
}

// Unpack writes to w the file at the path, or its member, unpacked.
func (f *Fetcher) Unpack(w io.Writer, path string) error {
	if err := Unpack(w, path, f.Member, f.MaxBytes); err != nil {
		return fmt.Errorf("unpacking %s: %w", f.From, err)
	}
	return nil
}

// Forget deletes a download. A file that was not downloaded stays.
func (f *Fetcher) Forget(path string) error {
	if !IsRemote(f.From) {
		return nil
	}
	return Forget(path)
}

// MismatchError says that a file is not the one that was asked for.
type MismatchError struct {
	File      string
	Want, Got string // SHA-256
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("%s has SHA-256 %s, expected %s", e.File, e.Got, e.Want)
}

// Verify returns the SHA-256 of the file and a *MismatchError where it is not
// the wanted one. An empty want fits any file.
func Verify(file, want string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading %s: %w", file, err)
	}
	got := hex.EncodeToString(h.Sum(nil))
	if want != "" && !strings.EqualFold(got, want) {
		return got, &MismatchError{file, strings.ToLower(want), got}
	}
	return got, nil
}
