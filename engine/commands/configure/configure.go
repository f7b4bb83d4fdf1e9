// Package configure looks at a table and writes the settings of a project for
// it: the command
//
//	tools configure -data FILE [-target COLUMN] [-task TASK] [-member FILE] [-dir DIR]
//
// It brings in the table, a path or an address, and writes data.yaml,
// schema.yaml, features.yaml, model.yaml and serve.yaml: what the columns hold,
// which of them to use and how, how to set rows aside for the test, and what to
// learn. Each guess is a comment in these files that says why and how to change
// it. The settings are tried before they are written: the table is cleaned and
// divided by them in a temporary folder, and what to learn is chosen by
// cross-validation on the training rows. README.md is written again, too, and
// data/external/README.md gets a section for the table.
//
// What it replaces must be committed. Nothing changes when it fails.
//
// The work is a chain of steps, each a function of what the steps before it
// found:
//
//	bring       the table, unpacked                          source.go
//	look        what its columns hold                        look.go
//	decideGoal  what is predicted                            goal.go
//	findOrder   how its rows hang together                   order.go
//	newPlan     what each column is used for                 plan.go, features.go
//	prepare     training and test rows                       trial.go, rows.go
//	choose      what to learn: a contest of candidates       choose.go, contest.go, round.go
//	settings    the files, with their reasons as comments    data.go, features.go, model.go
package configure

import (
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"

	"example.com/engine/command"
	"example.com/engine/project"
)

// Run is the command; it returns the status of the program.
func Run(args []string, stdout, stderr io.Writer) int {
	var r request
	return command.New("configure", stderr, r.declare).Run(args, func(ctx context.Context) error { return r.run(ctx, stdout) })
}

// request is what is asked for.
type request struct {
	dir    string // of the project
	as     string // what to call it
	data   string
	target string
	member string
	task   string
}

func (r *request) declare(fs *flag.FlagSet) {
	fs.StringVar(&r.dir, "dir", ".", "`folder` of the project")
	fs.StringVar(&r.as, "as", "", "`path` by which people will find it, if not here")
	fs.StringVar(&r.data, "data", "", "`path or address` of the table")
	fs.StringVar(&r.target, "target", "", "`column` to predict; by default the last")
	fs.StringVar(&r.member, "member", "", "`file` to take out of an archive of several")
	fs.StringVar(&r.task, "task", "", "`regression, binary or multiclass`; by default as the target looks")
}

// run studies the table in a temporary folder, and then writes to the project.
func (r *request) run(ctx context.Context, stdout io.Writer) error {
	if r.data == "" {
		return command.Usagef("for which table? make configure DATA=customers.csv TARGET=churned")
	}
	if err := project.Committed(r.dir, r.replaced()...); err != nil {
		return err
	}
	names, err := project.NamesOf(r.dir)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "configure")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	s, err := newStudy(ctx, r, temp)
	if err != nil {
		return err
	}
	if err := put(r.dir, s.settings(names.Short)); err != nil {
		return err
	}
	if err := s.from.bundle(r.dir); err != nil {
		return err
	}
	if err := project.Describe(r.dir, names, s.paper()); err != nil {
		return err
	}
	s.report(stdout)
	return s.next(stdout, r.as)
}

// replaced lists the files and folders of the project that are written again.
func (r *request) replaced() []string {
	paths := append([]string{"configs"}, project.Described...)
	if table := bundledName(r.data); !sameFile(r.data, filepath.Join(r.dir, table)) {
		paths = append(paths, table)
	}
	return paths
}

// put writes files, by their names below dir.
func put(dir string, files map[string][]byte) error {
	for name, text := range files {
		if err := project.Put(dir, name, text); err != nil {
			return err
		}
	}
	return nil
}
