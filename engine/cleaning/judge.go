package cleaning

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"example.com/engine/page"
	"example.com/engine/schema"
	"example.com/engine/stage"
)

// Judge warns of what is doubtful in the file at the path, and returns an error
// if it is not as the schema says, or has no rows. All that was found is then
// in [schema.FailedFile] and [schema.FailedPage], which the next file that
// passes removes.
func Judge(s *stage.Stage, v *schema.Validation, path, target string) error {
	for _, w := range v.Warnings() {
		s.Warn("%s", w)
	}
	failedText, failedPage := s.Path(schema.FailedFile), s.Path(schema.FailedPage)
	err := Verdict(v, path, failedPage)
	if err == nil {
		return stage.Remove(failedText, failedPage)
	}
	if errs := v.Errors(); len(errs) > 1 {
		for _, e := range errs {
			s.Errorf("%s", e)
		}
	}
	text, html, renderErr := render(v, target)
	if renderErr != nil {
		return errors.Join(err, renderErr)
	}
	return errors.Join(err, os.WriteFile(failedText, text, 0o644), os.WriteFile(failedPage, html, 0o644))
}

// Write writes what was found as JSON and as a page.
func Write(v *schema.Validation, target string, text, html *stage.Output) error {
	data, rendered, err := render(v, target)
	if err != nil {
		return err
	}
	return errors.Join(text.WriteFile(data), html.WriteFile(rendered))
}

// Verdict says in an error what is against the schema in the file at the path,
// with the page that shows it, or that no rows are left; nil if all is well.
func Verdict(v *schema.Validation, path, page string) error {
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

// Summary is one line: "20640 rows, 10 columns; dropped 3 (the target is null)".
func Summary(v *schema.Validation) string {
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

func render(v *schema.Validation, target string) (text, html []byte, err error) {
	if text, err = v.JSON(); err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	err = page.WriteValidation(&b, v, target)
	return text, b.Bytes(), err
}
