package main

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

var link = regexp.MustCompile(`!?\[([^\]]*)\]\(([^)#\s]+)[^)]*\)`)

// unlink makes plain words of those links of a page that lead to what stays behind.
// Links into what a project has of its own stay: its papers, and what is at an
// address.
func unlink(name string, text []byte, files []string) []byte {
	if path.Ext(name) != ".md" {
		return text
	}
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
