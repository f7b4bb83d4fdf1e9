package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"example.com/engine/page"
	"example.com/engine/schema"
	"example.com/engine/stage"
)

// reports are the files that tell what was found.
type reports struct{ json, page *stage.Output }

// conclude tells what was found. With errors the stage fails, and what it found
// goes to files of their own, which the next success removes.
func conclude(s *stage.Stage, v *schema.Validation, in, target string, out reports) error {
	text, err := v.JSON()
	if err != nil {
		return err
	}
	var html bytes.Buffer
	if err := page.WriteValidation(&html, v, target); err != nil {
		return err
	}
	for _, w := range v.Warnings() {
		s.Warn("%s", w)
	}
	if err := verdict(v, in, s.Path(schema.FailedPage)); err != nil {
		if errs := v.Errors(); len(errs) > 1 {
			for _, e := range errs {
				s.Errorf("%s", e)
			}
		}
		return errors.Join(err, os.WriteFile(s.Path(schema.FailedFile), text, 0o644), os.WriteFile(s.Path(schema.FailedPage), html.Bytes(), 0o644))
	}
	for _, path := range []string{schema.FailedFile, schema.FailedPage} {
		if err := os.Remove(s.Path(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	s.Logf("%s", summary(v))
	return errors.Join(out.json.WriteFile(text), out.page.WriteFile(html.Bytes()))
}

// verdict says in an error what is against the schema, with the page that shows
// it, or that no rows are left.
func verdict(v *schema.Validation, path, page string) error {
	errs := v.Errors()
	switch {
	case len(errs) == 1:
		return fmt.Errorf("%s: %s; see %s", path, errs[0], page)
	case len(errs) > 1:
		return fmt.Errorf("%s: %d errors against schema.yaml; see %s", path, len(errs), page)
	case v.RowsRead == 0:
		return fmt.Errorf("%s: there are no rows", path)
	case v.Rows == 0:
		return fmt.Errorf("%s: no rows are left: %s", path, dropped(v))
	}
	return nil
}

// summary is the line that the stage ends with.
func summary(v *schema.Validation) string {
	line := fmt.Sprintf("%d rows, %d columns", v.Rows, len(v.Columns))
	if d := dropped(v); d != "" {
		line += "; dropped " + d
	}
	return line
}

func dropped(v *schema.Validation) string {
	var all []string
	for _, d := range v.Dropped {
		if d.Rows != 0 {
			all = append(all, fmt.Sprintf("%d (%s)", d.Rows, d.Reason))
		}
	}
	return strings.Join(all, ", ")
}
