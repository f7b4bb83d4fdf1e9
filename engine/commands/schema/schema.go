// Package schema guesses what a table holds and writes it as a schema.yaml for
// a person to edit: types, units to fill in, ranges, categories, ids, dates,
// what means null, and, in comments, what each guess rests on.
//
//	tools schema -data FILE [-target COLUMN] [-o FILE] [-clean FILE]
//
// It reads any CSV or Parquet file, whatever its separator, decimal mark and
// encoding, and writes to standard output unless -o names a file that does not
// exist yet. -clean writes the section `clean` of data.yaml that reads the file
// correctly; without it, the section follows the schema as a comment.
package schema

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"strings"

	"example.com/engine/command"
	"example.com/engine/schema/infer"
)

// Run is the command; it returns the status of the program.
func Run(args []string, stdout, stderr io.Writer) int {
	var f flags
	return command.New("schema", stderr, f.declare).Run(args, func(context.Context) error { return f.run(stdout) })
}

// flags are what the command line says.
type flags struct{ data, target, out, clean string }

func (f *flags) declare(fs *flag.FlagSet) {
	fs.StringVar(&f.data, "data", "", "`file` to look at: .csv, .tsv, .txt, each also .gz, or .parquet")
	fs.StringVar(&f.target, "target", "", "`column` to predict; the last one if empty")
	fs.StringVar(&f.out, "o", "", "`file` to write instead of standard output")
	fs.StringVar(&f.clean, "clean", "", "`file` to write the section clean of data.yaml to")
}

func (f *flags) run(stdout io.Writer) error {
	if f.data == "" {
		return command.Usagef("name one file: make schema DATA=table.csv, or tools schema -data table.csv")
	}
	found, err := infer.Table(f.data, infer.Options{Target: f.target})
	if err != nil {
		return err
	}
	return write(found, stdout, f.out, f.clean)
}

func write(found *infer.Inference, stdout io.Writer, out, clean string) error {
	var text, section bytes.Buffer
	if err := errors.Join(found.WriteYAML(&text), found.WriteClean(&section)); err != nil {
		return err
	}
	if clean != "" {
		if err := create(clean, section.Bytes()); err != nil {
			return err
		}
	} else if section.Len() > 0 {
		text.WriteString("\n# data.yaml needs:\n#\n")
		for line := range strings.Lines(section.String()) {
			text.WriteString("# " + line)
		}
	}
	if out != "" {
		return create(out, text.Bytes())
	}
	_, err := stdout.Write(text.Bytes())
	return err
}

// create writes a file that must not exist: what a person edited is not lost.
func create(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
