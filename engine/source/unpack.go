package source

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// Unpack writes the content of the file to w. What the file is, its first
// bytes say, not its name: gzip, zip, tar, tar in gzip, or else plain. Of an
// archive the named member is taken; a file that is no archive has none, and
// naming one is an error. More than limit bytes are an error, and so are none.
func Unpack(w io.Writer, file, member string, limit int64) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	out := &limited{w: w, limit: limit}
	if err := unpack(out, f, member); err != nil {
		return damage(err)
	}
	if out.n == 0 {
		return errors.New("there is nothing in it")
	}
	return nil
}

func unpack(w io.Writer, f *os.File, member string) error {
	r := bufio.NewReaderSize(f, 1<<18)
	if starts(r, "PK\x03\x04") || starts(r, "PK\x05\x06") {
		return unzip(w, f, member)
	}
	if starts(r, "\x1f\x8b") {
		zipped, err := gzip.NewReader(r)
		if err != nil {
			return err
		}
		r = bufio.NewReaderSize(zipped, 1<<18)
	}
	if isTar(r) {
		return untar(w, r, member)
	}
	if member != "" {
		return fmt.Errorf("it is no archive, so it has no member %q", member)
	}
	_, err := io.Copy(w, r)
	return err
}

func starts(r *bufio.Reader, magic string) bool {
	head, _ := r.Peek(len(magic))
	return string(head) == magic
}

// isTar looks for the mark that POSIX puts into the header of the first
// member.
func isTar(r *bufio.Reader) bool {
	head, _ := r.Peek(262)
	return len(head) == 262 && string(head[257:]) == "ustar"
}

func unzip(w io.Writer, f *os.File, member string) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	archive, err := zip.NewReader(f, info.Size())
	if err != nil {
		return err
	}
	var names []string
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() {
			continue
		}
		if !sameMember(entry.Name, member) {
			names = append(names, entry.Name)
			continue
		}
		r, err := entry.Open()
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = io.Copy(w, r)
		return err
	}
	return noMember(member, names)
}

func untar(w io.Writer, r io.Reader, member string) error {
	archive := tar.NewReader(r)
	var names []string
	for {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return noMember(member, names)
		}
		if err != nil {
			return err
		}
		if entry.Typeflag != tar.TypeReg {
			continue
		}
		if !sameMember(entry.Name, member) {
			names = append(names, entry.Name)
			continue
		}
		if _, err := io.Copy(w, archive); err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, r) // The checksum of gzip stands at the end.
		return err
	}
}

// sameMember lets "./a.csv" be "a.csv", as tar itself writes it.
func sameMember(name, member string) bool {
	return member != "" && path.Clean(name) == path.Clean(member)
}

// shown is how many members an error lists.
const shown = 20

func noMember(member string, names []string) error {
	if len(names) == 0 {
		return errors.New("the archive has no files")
	}
	slices.Sort(names)
	list := strings.Join(names[:min(shown, len(names))], ", ")
	if len(names) > shown {
		list += fmt.Sprintf(" and %d more", len(names)-shown)
	}
	if member == "" {
		return fmt.Errorf("it is an archive: name the file to take under fetch.member in data.yaml: %s", list)
	}
	return fmt.Errorf("the archive has no member %q: it has %s", member, list)
}

// damage says in words what the readers report of a broken archive.
func damage(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("it ends too early: the archive is truncated")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zip.ErrChecksum):
		return errors.New("its checksum does not fit: the archive is damaged")
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, zip.ErrFormat), errors.Is(err, tar.ErrHeader), errors.As(err, &corrupt):
		return fmt.Errorf("the archive is truncated or damaged: %w", err)
	}
	return err
}

// limited passes on up to limit bytes, so that a small archive can't fill the
// disk.
type limited struct {
	w        io.Writer
	n, limit int64
}

func (l *limited) Write(b []byte) (int, error) {
	if l.n+int64(len(b)) > l.limit {
		return 0, tooLarge(l.limit)
	}
	n, err := l.w.Write(b)
	l.n += int64(n)
	return n, err
}
