package main

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"example.com/engine/project"
)

// original is the template's own module. gonew renames go.mod and imports alone; the
// rest of a copy keeps the names that this one gives.
const original = "example.com/housing"

// namesUsed lists the names that files of the project at dir may have.
func namesUsed(dir string) ([]project.Names, error) {
	now, err := project.NamesOf(dir)
	if err != nil || now.Module == original {
		return []project.Names{now}, err
	}
	before, err := project.NewNames(original)
	return []project.Names{now, before}, err
}

// rename returns the content of a file under new names: the module's path
// anywhere, the short name outside of Go code, where it is a word of its own
// and no file's. Binary files stay as they are.
func rename(old project.Names, name string, data []byte, to project.Names) []byte {
	if bytes.IndexByte(data, 0) >= 0 || strings.HasPrefix(name, "tests/testdata/") {
		return data
	}
	module := regexp.MustCompile(`(^|[^a-zA-Z0-9._/~-])` + regexp.QuoteMeta(old.Module) + `(/[^/]|["'\s\]),:;@` + "`" + `]|$)`)
	data = module.ReplaceAll(data, []byte("${1}"+to.Module+"${2}"))
	if path.Ext(name) == ".go" || strings.Contains(name, "testdata/") || name == "LICENSE" {
		return data
	}
	short := regexp.MustCompile(`(^|[^a-zA-Z0-9_])` + regexp.QuoteMeta(old.Short) + `(-|[^a-zA-Z0-9._-]|\.?\s|$)`)
	// Twice, since a match takes the character before the next.
	for range 2 {
		data = short.ReplaceAll(data, []byte("${1}"+to.Short+"${2}"))
	}
	return data
}

var (
	link     = regexp.MustCompile(`!?\[([^\]]*)\]\(([^)#\s]+)[^)]*\)`)
	pictures = regexp.MustCompile(`(?s)<p>\s*<img src="([^"]+)".*?</p>\n+`)
)

// unlink makes plain words of those links of a page that lead to what stays behind,
// and takes out its pictures.
// Links into what a project has of its own stay: its papers, and what is at an
// address.
func unlink(name string, text []byte, files []string) []byte {
	if path.Ext(name) != ".md" {
		return text
	}
	text = pictures.ReplaceAllFunc(text, func(whole []byte) []byte {
		if leads(path.Dir(name), string(pictures.FindSubmatch(whole)[1]), files) {
			return whole
		}
		return nil
	})
	return link.ReplaceAllFunc(text, func(whole []byte) []byte {
		parts := link.FindSubmatch(whole)
		if leads(path.Dir(name), string(parts[2]), files) {
			return whole
		}
		return parts[1]
	})
}

// leads tells whether there is something in a project with these files at the
// target of a link from a folder.
func leads(folder, target string, files []string) bool {
	if strings.Contains(target, ":") {
		return true
	}
	place := path.Join(folder, target)
	if ok, _ := path.Match("configs/*.yaml", place); ok || slices.Contains([]string{"configs", "README.md", "CHANGELOG.md", "data/external", recordFile}, place) {
		return true
	}
	return slices.ContainsFunc(files, func(file string) bool { return file == place || strings.HasPrefix(file, place+"/") })
}
