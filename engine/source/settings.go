// Package source brings a file from where it is published to where the
// pipeline reads it: from a path, a file:// or an http(s):// address, plain or
// packed, verified by its SHA-256.
package source

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"
)

// Settings are the section `fetch` of data.yaml.
type Settings struct {
	// Source is a path relative to the current folder, or an address that
	// starts with file://, http:// or https://.
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
