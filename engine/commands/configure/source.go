package configure

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"example.com/engine/source"
)

// origin is where a table comes from.
type origin struct {
	data string // as it was asked for, without secrets

	source, sha256, member, name string   // as section `fetch` of data.yaml has it
	secrets                      []string // names of those that source lacks

	file    string // its name
	bundled bool   // it goes into the project
	size    int64
	path    string // where it is now
	raw     string // and where it is unpacked
}

// mostCommitted is the size of a table up to which it becomes part of the
// project's history.
const mostCommitted = 25 << 20

// bring brings a table to temp and unpacks it, so that it can be looked at. The
// member of an archive of one file need not be named.
func bring(ctx context.Context, data, member, temp string) (origin, error) {
	written, secrets := source.Withhold(data)
	o := origin{data: written, source: written, secrets: secrets, member: member}
	if err := o.locate(ctx, data, temp); err != nil {
		return o, err
	}
	if o.bundled = !source.IsRemote(data); o.bundled {
		o.file = filepath.Base(o.path)
		o.source = bundledName(o.path)
	}
	if err := o.findMember(); err != nil {
		return o, fmt.Errorf("%s: %w", o.data, err)
	}
	return o, o.unpack(temp)
}

// locate downloads the source, or finds it where it is.
func (o *origin) locate(ctx context.Context, data, temp string) (err error) {
	if source.IsRemote(data) {
		o.path = filepath.Join(temp, "download")
		if data, err = source.Reveal(data); err != nil {
			return err
		}
		if err := source.NewDownloader(source.Default().MaxBytes).Get(ctx, data, o.path); err != nil {
			return err
		}
	} else if o.path, err = source.LocalPath(data); err != nil {
		return err
	}
	info, err := os.Stat(o.path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("there is no file %s", o.path)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is a folder: name the file of the table", o.path)
	}
	o.size = info.Size()
	o.sha256, err = source.Verify(o.path, "")
	return err
}

// findMember takes the file of a zip archive of one file, and refuses spreadsheets,
// which are such archives, too.
func (o *origin) findMember() error {
	archive, err := zip.OpenReader(o.path)
	if err != nil || o.member != "" {
		return nil // no zip, or the choice is made
	}
	defer archive.Close()
	var names []string
	for _, f := range archive.File {
		switch {
		case f.Name == "xl/workbook.xml" || f.Name == "content.xml":
			return errors.New("a spreadsheet is no table: save the sheet as CSV and name that file")
		case !f.FileInfo().IsDir() && !strings.HasPrefix(f.Name, "__MACOSX/"):
			names = append(names, f.Name)
		}
	}
	if len(names) > 1 {
		return fmt.Errorf("an archive of %d files: choose one with MEMBER=: %s", len(names), someOf(names))
	}
	o.member = strings.Join(names, "")
	return nil
}

// unpack writes the table to temp, under a name that says what it is.
func (o *origin) unpack(temp string) error {
	settings := source.Settings{Source: o.source, Member: o.member}
	name, err := settings.RawName()
	if err != nil {
		return err
	}
	if !knownExtension(name) { // what it is, its content says
		o.name = strings.TrimSuffix(name, path.Ext(name)) + ".csv"
		name = o.name
	}
	o.raw = filepath.Join(temp, name)
	f, err := os.Create(o.raw)
	if err != nil {
		return err
	}
	if err := errors.Join(source.Unpack(f, o.path, o.member, source.Default().MaxBytes), f.Close()); err != nil {
		return fmt.Errorf("%s: %w", o.data, err)
	}
	return nil
}

func knownExtension(name string) bool {
	return slices.Contains([]string{".csv", ".tsv", ".txt", ".parquet"}, strings.ToLower(path.Ext(name)))
}

// bundledName is the place of a table in the project.
func bundledName(table string) string { return "data/external/" + filepath.Base(table) }

// bundle copies the table into the project at dir, if it came from a file. One
// that is large is kept out of git.
func (o *origin) bundle(dir string) error {
	if !o.bundled {
		return nil
	}
	to := filepath.Join(dir, filepath.FromSlash(o.source))
	if !sameFile(o.path, to) {
		if err := copyFile(o.path, to); err != nil {
			return err
		}
	}
	if o.size <= mostCommitted {
		return nil
	}
	f, err := os.OpenFile(filepath.Join(dir, ".gitignore"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "# Large: keep it elsewhere, and name its place as fetch.source of data.yaml.\n/%s\n",
		strings.ReplaceAll(o.source, " ", `\ `))
	return errors.Join(err, f.Close())
}

// sameFile reports whether both paths exist and are one file.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
