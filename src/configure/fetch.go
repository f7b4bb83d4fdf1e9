package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"example.com/engine/source"
)

// origin is where a table comes from, as section `fetch` of data.yaml has it.
type origin struct {
	Source, SHA256, Member, Name string

	File    string // its name
	Bundled bool   // it goes into the project
	Size    int64
	path    string // where it is now
}

// mostCommitted is the size of a table up to which it becomes part of the
// project's history.
const mostCommitted = 25 << 20

// fetch brings the table to temp and unpacks it, so that it can be looked at.
func (s *studied) fetch(ctx context.Context, r *request, temp string) (raw string, err error) {
	limit := source.Default().MaxBytes
	s.Member, s.Source = r.member, r.data
	if source.IsRemote(r.data) {
		s.path = filepath.Join(temp, "download")
		if err := source.NewDownloader(limit).Get(ctx, r.data, s.path); err != nil {
			return "", err
		}
	} else if s.path, err = source.LocalPath(r.data); err != nil {
		return "", err
	}
	info, err := os.Stat(s.path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("there is no file %s", s.path)
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is a folder: name the file of the table", s.path)
	}
	s.Size = info.Size()
	if s.SHA256, err = source.Verify(s.path, ""); err != nil {
		return "", err
	}
	if s.Bundled = !source.IsRemote(r.data); s.Bundled {
		s.File = filepath.Base(s.path)
		s.Source = bundledName(s.path)
	}
	if err := s.findMember(); err != nil {
		return "", fmt.Errorf("%s: %w", r.data, err)
	}
	settings := source.Settings{Source: s.Source, Member: s.Member}
	name, err := settings.RawName()
	if err != nil {
		return "", err
	}
	if !knownExtension(name) { // what it is, its content says
		s.Name = strings.TrimSuffix(name, path.Ext(name)) + ".csv"
		name = s.Name
	}
	raw = filepath.Join(temp, name)
	f, err := os.Create(raw)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if err := source.Unpack(f, s.path, s.Member, limit); err != nil {
		return "", fmt.Errorf("%s: %w", r.data, err)
	}
	return raw, nil
}

// bundledName is the place of a table in the project.
func bundledName(table string) string { return "data/external/" + filepath.Base(table) }

// findMember takes the one file of a zip archive that has one, and tells
// spreadsheets, which are such archives, from others.
func (s *studied) findMember() error {
	archive, err := zip.OpenReader(s.path)
	if err != nil || s.Member != "" {
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
	s.Member = strings.Join(names, "")
	return nil
}

func knownExtension(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".tsv", ".txt", ".parquet":
		return true
	}
	return false
}

func copyBytes(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
