// Command schema guesses what a table holds and writes it as a schema.yaml for
// a person to edit: types, units to fill in, ranges, categories, ids, dates,
// what means null, and, in comments, what each guess rests on.
//
//	schema -data FILE [-target COLUMN] [-o FILE] [-clean FILE]
//
// It reads any CSV or Parquet file, whatever its separator, decimal mark and
// encoding, and writes to standard output unless -o names a file that does not
// exist yet. -clean writes the section `clean` of data.yaml, with which the
// file is read right; without it, the section goes after the schema as a
// comment.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/engine/schema/infer"
	_ "example.com/engine/table/parquet" // as the table may be
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	var data, target, out, clean string
	flags := flag.NewFlagSet("schema", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&data, "data", "", "`file` to look at: .csv, .tsv, .txt, each also .gz, or .parquet")
	flags.StringVar(&target, "target", "", "`column` to predict; the last one if empty")
	flags.StringVar(&out, "o", "", "`file` to write instead of standard output")
	flags.StringVar(&clean, "clean", "", "`file` to write the section clean of data.yaml to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if data == "" || flags.NArg() > 0 {
		return errors.New("name one file: make schema DATA=table.csv, or schema -data table.csv")
	}
	found, err := infer.Table(data, infer.Options{Target: target})
	if err != nil {
		return err
	}
	return write(found, stdout, out, clean)
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
