package configure

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/engine/project"
	"example.com/engine/schema/infer"
	"example.com/engine/spelling"
	"example.com/engine/table"
)

// look infers what the table holds, and refuses a file that is something else
// than a table, and a target that it does not have.
func look(raw, target string) (*infer.Inference, error) {
	if err := checkTable(raw); err != nil {
		return nil, err
	}
	header, err := headerOf(raw)
	if err != nil {
		return nil, err
	}
	if err := checkHeader(header, target); err != nil {
		return nil, err
	}
	return infer.Table(raw, infer.Options{Target: target})
}

// checkTable refuses a file that is something else than a table.
func checkTable(path string) error {
	if isParquet(path) {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 4096))
	if err != nil {
		return err
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
	const give = ": give a CSV or Parquet file, the names of the columns in its first line"
	switch {
	case bytes.HasPrefix(head, []byte("PAR1")):
		return errors.New("a Parquet file whose name does not end in .parquet: rename it")
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil // UTF-16
	case len(text) == 0:
		return errors.New("it is empty" + give)
	case bytes.HasPrefix(bytes.ToLower(text), []byte("<!doctype")), bytes.HasPrefix(bytes.ToLower(text), []byte("<html")):
		return errors.New("it is a web page, not a table: perhaps the address asks for a login" + give)
	case text[0] == '{' || text[0] == '[' && bytes.ContainsAny(text, "{"):
		return errors.New("it looks like JSON, not like a table" + give)
	case text[0] == '<':
		return errors.New("it looks like XML, not like a table" + give)
	case bytes.IndexByte(head, 0) >= 0 && !evenZeros(head), bytes.HasPrefix(head, []byte("%PDF")):
		return errors.New("it is binary, not a table" + give)
	}
	return nil
}

func isParquet(path string) bool { return strings.EqualFold(filepath.Ext(path), ".parquet") }

// evenZeros reports whether every second byte is zero, as in UTF-16 without mark.
func evenZeros(b []byte) bool { return len(b) > 3 && b[0] != 0 && b[1] == 0 && b[3] == 0 }

// headerOf returns the names of the columns.
func headerOf(path string) ([]string, error) {
	d, err := table.Sniff(path)
	if err != nil {
		return nil, err
	}
	header, err := table.Header(path, d.Apply(table.Options{Trim: true}))
	if err != nil && !isParquet(path) {
		err = fmt.Errorf("%w: change the first line of the file", err)
	}
	return header, err
}

// checkHeader refuses names that can't be told apart, a single column, and a
// target that is not there.
func checkHeader(header []string, target string) error {
	if len(header) < 2 {
		return fmt.Errorf("there is one column, %q: a table needs one to predict and one to predict it from; "+
			"is the separator a comma, a semicolon, a tab or a bar?", someOf(header))
	}
	if target == "" || slices.Contains(header, target) {
		return nil
	}
	if near, ok := spelling.Nearest(target, header, len(target)/3+1); ok {
		return fmt.Errorf("there is no column %q to predict: did you mean TARGET=%s? there are %s", target, project.Quote(near), someOf(header))
	}
	return fmt.Errorf("there is no column %q to predict: there are %s", target, someOf(header))
}
