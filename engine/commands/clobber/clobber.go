// Package clobber removes what the stages made: the command
//
//	tools clobber [-work DIR] [-all]
//
// What that is, the records in reports/lineage say; no other file is touched. The champion with its history, the runs,
// the searches, the prediction log and what came of feedback and drift stay, as nothing else has them: -all removes them,
// too. On a terminal it asks first. A link to another place is removed as the link that it is, and what lies behind a
// folder that is one stays.
package clobber

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"example.com/engine/command"
	"example.com/engine/stage"
)

// Run is the command; it returns the status of the program.
func Run(args []string, stdout, stderr io.Writer) int {
	var f flags
	return command.New("clobber", stderr, f.declare).Run(args, func(context.Context) error { return f.run(os.Stdin, stdout, stderr) })
}

type flags struct {
	work string
	all  bool
}

func (f *flags) declare(fs *flag.FlagSet) {
	fs.StringVar(&f.work, "work", ".", "`folder` with data, models and reports")
	fs.BoolVar(&f.all, "all", false, "also the champion, its history, runs, searches, the prediction log, feedback")
}

// kept are the folders and files that only -all removes.
var kept = []string{
	"models/champion", "models/history", "models/history.json", "reports/drift", "reports/feedback.json", "reports/predictions",
	"reports/retrain.json", "reports/runs", "reports/search",
}

func (f *flags) run(stdin *os.File, stdout, stderr io.Writer) error {
	root, err := os.OpenRoot(f.work)
	if err != nil {
		return err
	}
	defer root.Close()
	names, err := f.list(root)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		fmt.Fprintln(stdout, "clobber: nothing to remove")
		return nil
	}
	where, err := filepath.Abs(f.work)
	if err != nil {
		return err
	}
	if term.IsTerminal(int(stdin.Fd())) && !confirmed(stdin, stderr, len(names), where) {
		return errors.New("nothing was removed")
	}
	removed, err := remove(root, names)
	fmt.Fprintf(stdout, "clobber: removed %d files below %s\n", removed, where)
	return err
}

func confirmed(stdin io.Reader, stderr io.Writer, count int, where string) bool {
	fmt.Fprintf(stderr, "clobber: remove %d files below %s? [y/N] ", count, where)
	answer, _ := bufio.NewReader(stdin).ReadString('\n')
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer)), "y")
}

// list returns the files to remove, by their names below the work folder.
func (f *flags) list(root *os.Root) ([]string, error) {
	records, err := fs.Glob(root.FS(), stage.LineageDir+"/*.json")
	if err != nil {
		return nil, err
	}
	host, err := fs.Glob(root.FS(), stage.HostDir+"/*")
	if err != nil {
		return nil, err
	}
	names := slices.Concat(host, records)
	for _, name := range records {
		r, err := stage.ReadRecord(f.work, strings.TrimSuffix(path.Base(name), ".json"))
		if err != nil {
			return nil, fmt.Errorf("%w: what it lists stays, so remove that yourself, and then the record", err)
		}
		for _, out := range r.Outputs {
			names = append(names, out.Path)
		}
	}
	if f.all {
		for _, name := range kept {
			err := fs.WalkDir(root.FS(), name, func(name string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					names = append(names, name)
				}
				return err
			})
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// remove removes the files, and then folders that are left empty.
func remove(root *os.Root, names []string) (removed int, err error) {
	folders := map[string]bool{}
	for _, name := range names {
		switch e := root.Remove(name); {
		case e == nil:
			removed++
		case !errors.Is(e, fs.ErrNotExist):
			err = errors.Join(err, fmt.Errorf("%s stays: %w", name, e))
		}
		folders[path.Dir(name)] = true
	}
	for folder := range folders {
		for folder != "." && root.Remove(folder) == nil {
			folder = path.Dir(folder)
		}
	}
	return removed, err
}
