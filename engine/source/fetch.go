// Package source brings a file from where it is published to where the
// pipeline reads it: from a path, a file:// or an http(s):// address, plain or
// packed, verified by its SHA-256.
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
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Fetcher brings one source to where it is read: [Fetcher.Get], then
// [Fetcher.Verify], then [Fetcher.Unpack], then [Fetcher.Forget].
type Fetcher struct {
	Settings
	From       string // the configured source, or the one taken instead, as it may be written down
	Overridden bool   // whether From is taken instead of the configured source
	Downloader *Downloader

	address  string   // From with its secrets
	verified struct { // the last file that was hashed, so that it is not hashed again
		info      os.FileInfo
		path, sum string
	}
}

// NewFetcher returns a fetcher of the configured source, or, unless it is
// empty, of the one that overrides it. No source at all is an error.
func NewFetcher(s Settings, override string) (*Fetcher, error) {
	f := &Fetcher{Settings: s, address: cmp.Or(override, s.Source), Overridden: override != "", Downloader: NewDownloader(s.MaxBytes)}
	if f.address == "" {
		return nil, errors.New("no source is set: put it under fetch.source in data.yaml, or run `SOURCE=path make fetch`")
	}
	f.From = withheld(f.address)
	if text, names := Withhold(s.Source); slices.Contains(names, "SOURCE_PASSWORD") {
		return nil, fmt.Errorf("fetch.source in data.yaml holds a password: write %s, and set %s in the environment", text, strings.Join(names, " and "))
	}
	return f, nil
}

// Identity tells what is fetched apart from what another address has, without its secrets.
func (f *Fetcher) Identity() string {
	return fmt.Sprintf("%s (%.4x)", f.From, sha256.Sum256([]byte(f.address)))
}

// AnySource tells whether it makes no difference where the bytes come from:
// their hash is known, and they are taken from elsewhere than the settings say.
func (f *Fetcher) AnySource() bool { return f.Overridden && f.SHA256 != "" }

// Get returns the path of the source's file: where it is, or where in the
// folder it was downloaded to, which takes up what an earlier call left.
func (f *Fetcher) Get(ctx context.Context, folder string) (string, error) {
	if !IsRemote(f.From) {
		path, err := LocalPath(f.From)
		if size := fileSize(path); err == nil && size > f.MaxBytes {
			return "", fmt.Errorf("source %s: %w", path, tooLarge(f.MaxBytes))
		}
		return path, err
	}
	part := filepath.Join(folder, fmt.Sprintf(".download-%.6x.part", sha256.Sum256([]byte(f.address))))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	address, err := Reveal(f.address)
	if err != nil {
		return "", err
	}
	err = f.Downloader.Get(ctx, address, part)
	if err != nil && ctx.Err() == nil {
		return "", fmt.Errorf("%w\nwithout network, get the file%s by other means and run `SOURCE=path/to/%s make fetch`",
			err, f.withHash(), path.Base(urlPath(f.address)))
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
	info, _ := os.Stat(path)
	if was := f.verified; info != nil && was.path == path && os.SameFile(was.info, info) &&
		was.info.Size() == info.Size() && was.info.ModTime().Equal(info.ModTime()) {
		return was.sum, nil
	}
	sum, err := Verify(path, f.SHA256)
	var mismatch *MismatchError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("source %s does not exist", path)
	case errors.As(err, &mismatch):
		mismatch.File = f.From
		return "", fmt.Errorf("%w as fetch.sha256 in data.yaml says; no file was replaced: if it is the table that is meant, write that SHA-256 there", errors.Join(err, f.Forget(path)))
	}
	if err == nil {
		f.verified.info, f.verified.path, f.verified.sum = info, path, sum
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

// Settings are the section `fetch` of data.yaml.
type Settings struct {
	// Source is a path relative to the current folder, or an address that starts with file://, http:// or https://,
	// in which ${NAME} stands for a value of the environment: what is secret.
	Source string `yaml:"source"`
	// SHA256 is of the source as it is published, still packed. Without it
	// whatever arrives is taken, and its hash is noted in the record.
	SHA256 string `yaml:"sha256" validate:"omitempty,len=64,hexadecimal"`
	// Member is the file to take out of a zip or tar archive.
	Member string `yaml:"member"`
	// Name is what the file is called below data/raw; by default as the
	// member, or as the source without what says that it is packed.
	Name string `yaml:"name" validate:"omitempty,excludesall=/\\"`
	// MaxBytes bounds what is downloaded, and what is unpacked.
	MaxBytes int64 `yaml:"max_bytes" validate:"gt=0"`
}

// Default returns the settings before a file is read.
func Default() Settings {
	return Settings{MaxBytes: 20e9}
}

// errNone is what an empty project says.
var errNone = errors.New("no source is set: put a path or an address under fetch.source in data.yaml")

// RawName is the file's name below data/raw.
func (s Settings) RawName() (string, error) {
	if s.Name != "" {
		return s.Name, nil
	}
	if s.Source == "" {
		return "", errNone
	}
	name := path.Base(cmp.Or(s.Member, urlPath(s.Source)))
	if s.Member == "" {
		name = unpackedName(name)
	}
	if strings.Trim(name, "./") == "" {
		return "", fmt.Errorf("no file name follows from the source %q: set fetch.name in data.yaml", s.Source)
	}
	return name, nil
}

func unpackedName(name string) string {
	for _, suffix := range []string{".gz", ".zip", ".tgz", ".tar"} {
		name = strings.TrimSuffix(name, suffix)
	}
	return name
}

func urlPath(source string) string {
	source = variable.ReplaceAllString(source, "x") // which a user may not have braces for
	if u, err := url.Parse(source); err == nil && u.Scheme != "" {
		return u.Path
	}
	return filepath.ToSlash(source)
}

// IsRemote tells whether the source is to be downloaded.
func IsRemote(source string) bool {
	s := strings.ToLower(source)
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// LocalPath returns the path of a source that is not remote.
func LocalPath(source string) (string, error) {
	scheme, _, ok := strings.Cut(source, "://")
	switch {
	case !ok:
		return source, nil
	case !strings.EqualFold(scheme, "file"):
		return "", fmt.Errorf("source %q: %s:// is not supported; use a path, file://, http:// or https://", source, scheme)
	}
	u, err := url.Parse(source)
	if err != nil {
		return "", fmt.Errorf("source %q: %w", source, err)
	}
	if u.Host != "" && u.Host != "localhost" {
		return "", fmt.Errorf("source %q: the file is on another host, %s; a path starts with file:///", source, u.Host)
	}
	return filepath.FromSlash(u.Path), nil
}
