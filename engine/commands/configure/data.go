package configure

import (
	"bytes"
	"fmt"
	"strings"

	"example.com/engine/config"
	"example.com/engine/schema"
	"example.com/engine/schema/infer"
)

// dataFiles are the settings, by name, that training and test rows depend on.
func dataFiles(o origin, p plan) map[string][]byte {
	return map[string][]byte{
		"configs/data.yaml":     dataYAML(o, p.found),
		"configs/schema.yaml":   schemaYAML(p),
		"configs/features.yaml": featuresYAML(p),
	}
}

// dataYAML is data.yaml: where the table comes from, and how it is read.
func dataYAML(o origin, found *infer.Inference) []byte {
	var b bytes.Buffer
	b.WriteString("# Where the table comes from (fetch) and how it is read (clean).\n\nfetch:\n")
	fmt.Fprintf(&b, "  source: %s\n  sha256: %s\n", config.Quote(o.source), o.sha256)
	if o.member != "" {
		fmt.Fprintf(&b, "  member: %s\n", config.Quote(o.member))
	}
	if o.name != "" {
		fmt.Fprintf(&b, "  name: %s\n", config.Quote(o.name))
	}
	b.WriteString("\n")
	_ = found.WriteClean(&b) // to a buffer
	return b.Bytes()
}

// schemaYAML is schema.yaml: the columns that are used, and as comments those
// that nothing reads.
func schemaYAML(p plan) []byte {
	kept := *p.found
	kept.Schema.Columns, kept.Facts = nil, nil
	var out bytes.Buffer
	for i, c := range p.found.Schema.Columns {
		if c.Name == p.order.lone || p.uses[i].kind == isGroup {
			c.Nullable = true // a person may not know it when asking
		}
		if p.uses[i].kind == leftOut {
			writeLeftOut(&out, c, p.uses[i].why)
			continue
		}
		kept.Schema.Columns = append(kept.Schema.Columns, c)
		kept.Facts = append(kept.Facts, p.found.Facts[i])
	}
	var b bytes.Buffer
	_ = kept.WriteYAML(&b) // to a buffer
	if names := p.of(leftOut); len(names) > 0 {
		b.WriteString("\n# Left out, so that nobody has to know them for a prediction. To use one, take away\n" +
			"# the number signs before its lines, and name it in model.yaml.\n")
		b.Write(out.Bytes())
		fmt.Fprintf(&b, "\n# Columns of the file that are left out without a warning.\nignore: %s\n", config.QuoteList(names))
	}
	return b.Bytes()
}

// writeLeftOut writes a column as a comment.
func writeLeftOut(b *bytes.Buffer, c schema.Column, why string) {
	fmt.Fprintf(b, "# %s:\n", why)
	one := infer.Inference{Schema: schema.Schema{Columns: []schema.Column{c}}, Facts: make([]infer.Facts, 1)}
	var text bytes.Buffer
	_ = one.WriteYAML(&text) // to a buffer
	_, entry, _ := strings.Cut(text.String(), "\ncolumns:\n")
	for line := range strings.Lines(entry) {
		b.WriteString("#" + line)
	}
}

// serveYAML is serve.yaml, with a row for people to begin with.
func serveYAML(project string, example []field) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# How the server runs. All that can be set is in engine/serving/settings.go.\nname: %s\n", config.Quote(project))
	b.WriteString("\n# The row that the page and the API's description start with: the first test row.\nexample:\n")
	for _, f := range example {
		fmt.Fprintf(&b, "  %s: %s\n", config.Quote(f.name), f.json)
	}
	return b.Bytes()
}
