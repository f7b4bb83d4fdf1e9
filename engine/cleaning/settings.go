package cleaning

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// Settings are the section `clean` of data.yaml.
type Settings struct {
	// Format of the output: csv, or parquet.
	Format string `yaml:"format" validate:"oneof=csv parquet"`
	// Nulls are the texts that mean null, beside the empty one.
	Nulls []string `yaml:"nulls"`
	// Comma separates the values of a CSV file; tab is one, too. If empty, it
	// is a tab in a .tsv file, else a comma.
	Comma string `yaml:"comma"`
	// Decimal is the mark in numbers: "." or ",".
	Decimal string `yaml:"decimal" validate:"oneof=. 0x2C"`
	// Encoding of a text file: utf-8, windows-1252 (also for Latin-1) or utf-16.
	Encoding string `yaml:"encoding" validate:"oneof=utf-8 windows-1252 utf-16"`
	// Header says that the first line names the columns. If not, they are
	// column_1, column_2 and so on.
	Header bool `yaml:"header"`
	// Trim takes white space from both ends of values and names.
	Trim bool `yaml:"trim"`
	// Rules are applied in this order, before rows are dropped. While there is
	// none, no chunk is converted for gota, which costs more than all the rest.
	Rules []Rule `yaml:"rules"`
	// AsText are columns that the rules see as they stand in the file, and
	// that are parsed by their type after the rules.
	AsText []string `yaml:"as_text"`
	// DropNullTarget leaves out rows without a target, which no model can
	// learn from.
	DropNullTarget bool `yaml:"drop_null_target"`
	// Filters leave out rows. One that any filter does not keep is dropped.
	Filters []Filter `yaml:"filters" validate:"dive"`
	// DropDuplicates leaves out rows equal to an earlier one in all columns of
	// the schema. It costs memory: about 30 bytes a row.
	DropDuplicates bool `yaml:"drop_duplicates"`
}

// Default returns the settings before a file is read.
func Default() Settings {
	return Settings{Format: "csv", Decimal: ".", Encoding: table.UTF8, Header: true, Trim: true, DropNullTarget: true}
}

// Validate checks what single keys can't tell.
func (s *Settings) Validate() error {
	switch {
	case s.Comma != "" && s.Comma != "tab" && utf8.RuneCountInString(s.Comma) != 1:
		return fmt.Errorf("comma: %q is not one character, nor tab", s.Comma)
	case s.Comma == s.Decimal:
		return fmt.Errorf("comma and decimal are both %q", s.Comma)
	}
	return nil
}

// options says how to read the raw file with the given columns.
func (s *Settings) options(fields []table.Field) table.Options {
	o := table.Options{
		Fields: fields, Nulls: s.Nulls, Trim: s.Trim, KeepBad: true, OwnLevels: true,
		Decimal: rune(s.Decimal[0]), Encoding: s.Encoding, Headless: !s.Header,
	}
	switch {
	case s.Comma == "tab":
		o.Comma = '\t'
	case s.Comma != "":
		o.Comma, _ = utf8.DecodeRuneInString(s.Comma)
	}
	return o
}

// fields returns the columns to read of those that the file has: the schema's,
// and, for rules, the others as texts.
func (s *Settings) fields(sch *schema.Schema, header []string) ([]table.Field, error) {
	fields := known(sch, header)
	if len(s.Rules) == 0 && len(s.AsText) > 0 {
		return nil, errors.New("data.yaml: clean.as_text is for rules, and clean.rules names none")
	}
	if len(s.Rules) == 0 {
		return fields, nil
	}
	for _, name := range header {
		if sch.Column(name) == nil {
			fields = append(fields, table.Field{Name: name, Kind: table.Text})
		}
	}
	for _, name := range s.AsText {
		i := slices.IndexFunc(fields, func(f table.Field) bool { return f.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("data.yaml: clean.as_text: there is no column %q", name)
		}
		fields[i] = table.Field{Name: name, Kind: table.Text}
	}
	return fields, nil
}

// known returns the columns of the schema that the file has.
func known(sch *schema.Schema, header []string) []table.Field {
	return slices.DeleteFunc(sch.Fields(), func(f table.Field) bool { return !slices.Contains(header, f.Name) })
}
