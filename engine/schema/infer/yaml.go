package infer

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"example.com/engine/config"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// WriteYAML writes a schema.yaml for a person to edit: every guess says in a
// comment what it rests on.
func (i *Inference) WriteYAML(w io.Writer) error {
	var b yamlWriter
	b.line("# What the columns of the table hold, inferred from %d rows. Every guess says why;", i.Rows)
	b.line("# what is wrong, change. What can be said: engine/schema/schema.go.")
	for _, n := range i.Notes {
		b.line("# Note: %s.", n)
	}
	b.line("target: %s", quote(i.Schema.Target))
	b.line("")
	b.line("columns:")
	for j := range i.Schema.Columns {
		b.column(&i.Schema.Columns[j], &i.Facts[j])
	}
	_, err := w.Write(b.Bytes())
	return err
}

// WriteClean writes the section `clean` of data.yaml, nothing if the
// defaults suffice.
func (i *Inference) WriteClean(w io.Writer) error {
	var b yamlWriter
	d := i.Dialect
	switch d.Comma {
	case 0, ',':
	case '\t':
		b.line("  comma: tab")
	default:
		b.line("  comma: %s", quote(string(d.Comma)))
	}
	if d.Decimal == ',' {
		b.line("  decimal: %s", quote(","))
	}
	if d.Encoding != "" && d.Encoding != table.UTF8 {
		b.line("  encoding: %s # the text is not UTF-8", d.Encoding)
	}
	if d.Headless {
		b.line("  # The first line looks like a row, not like names, so that the columns have numbers.")
		b.line("  # To name them, put a line of names before it and take this away.")
		b.line("  header: false")
	}
	if len(i.Nulls) > 0 {
		b.line("  # Texts that mean null wherever they come; those of one column are in schema.yaml.")
		b.line("  nulls: %s", quoteAll(i.Nulls))
	}
	if b.Len() == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "clean:\n%s", b.Bytes())
	return err
}

// yamlWriter writes YAML line by line.
type yamlWriter struct{ bytes.Buffer }

func (b *yamlWriter) line(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }

// notes writes those on the keys as comments.
func (b *yamlWriter) notes(indent string, f *Facts, keys ...string) {
	for _, n := range f.Notes {
		if slices.Contains(keys, n.Key) {
			b.line("%s# %s", indent, strings.ReplaceAll(n.Text, "\n", " "))
		}
	}
}

// column writes one entry of the list of columns.
func (b *yamlWriter) column(c *schema.Column, f *Facts) {
	const indent = "    "
	b.notes("  ", f, "name")
	b.line("  - name: %s", quote(c.Name))
	key := func(on bool, name string, value func() string) {
		b.notes(indent, f, name)
		if on {
			b.line("%s%s: %s", indent, name, value())
		}
	}
	text := func(s string) func() string { return func() string { return s } }
	key(true, "type", text(string(c.Type)))
	key(c.Layout != "", "layout", func() string { return quote(c.Layout) })
	b.line("%sunit: %s", indent, quote(c.Unit))
	b.line(indent + `description: ""`)
	key(len(c.Nulls) > 0, "nulls", func() string { return quoteAll(c.Nulls) })
	key(c.Strip != "", "strip", func() string { return quote(c.Strip) })
	key(c.Suffix != "", "suffix", func() string { return quote(c.Suffix) })
	key(c.Nullable, "nullable", text("true"))
	key(c.MaxNullShare != nil, "max_null_share", func() string { return table.FormatFloat(*c.MaxNullShare) })
	key(c.Min != nil, "min", func() string { return table.FormatFloat(*c.Min) })
	key(c.Max != nil, "max", func() string { return table.FormatFloat(*c.Max) })
	key(len(c.Categories) > 0, "categories", func() string { return quoteAll(c.Categories) })
	key(c.OnUnseen != "", "on_unseen", text(string(c.OnUnseen)))
	key(c.Pattern != "", "pattern", func() string { return quote(c.Pattern) })
	key(c.Unique, "unique", text("true"))
	key(len(c.Severities) > 0, "severities", func() string { return severityList(c.Severities) })
}

func severityList(all map[string]schema.Severity) string {
	var parts []string
	for _, check := range slices.Sorted(maps.Keys(all)) {
		parts = append(parts, check+": "+string(all[check]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// plainText is what any version of YAML takes for a string without quotes.
var plainText = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*( [A-Za-z0-9_]+)*$`)

var yamlWords = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"}

// quote writes a string as YAML.
func quote(s string) string {
	if plainText.MatchString(s) && !slices.Contains(yamlWords, strings.ToLower(s)) {
		return s
	}
	return config.Quote(s)
}

func quoteAll(all []string) string {
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = quote(s)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
