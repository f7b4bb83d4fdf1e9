// Package schema says what a table must look like and checks that it does.
package schema

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"example.com/engine/table"
)

// Type is what a column holds.
type Type string

// The types of columns. An integer is read as a number and must be whole.
const (
	Number   Type = "number"
	Integer  Type = "integer"
	Category Type = "category"
	Time     Type = "time"
	Text     Type = "text"
)

// Severity says what a violation does: an error stops, a warning is reported, and
// what is off is not looked for.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Off     Severity = "off"
)

// Schema describes the columns of a table and which of them is predicted.
type Schema struct {
	Target  string   `yaml:"target" json:"target" validate:"required"`
	Columns []Column `yaml:"columns" json:"columns" validate:"required,dive"`
	Rules   []Rule   `yaml:"rules" json:"rules,omitempty" validate:"dive"`
	// Ignore names columns of the file that are left out on purpose: no warning
	// tells of them. One that Columns has is used all the same.
	Ignore []string `yaml:"ignore" json:"ignore,omitempty"`
	// Rows bounds how many there are.
	Rows *Rows `yaml:"rows" json:"rows,omitempty"`
}

// Rows bounds the number of rows; an end that is nil does not.
type Rows struct {
	Min      *int     `yaml:"min" json:"min,omitempty" validate:"omitempty,gte=0"`
	Max      *int     `yaml:"max" json:"max,omitempty" validate:"omitempty,gte=0"`
	Severity Severity `yaml:"severity" json:"severity,omitempty" validate:"omitempty,oneof=error warning off"`
}

// Column describes one column. Limits that are nil or empty do not apply.
type Column struct {
	Name        string `yaml:"name" json:"name" validate:"required"`
	Type        Type   `yaml:"type" json:"type" validate:"oneof=number integer category time text"`
	Unit        string `yaml:"unit" json:"unit,omitempty"`
	Description string `yaml:"description" json:"description,omitempty"`
	// Layout is that of Go's package time, for a time in text. Empty is ISO 8601.
	Layout string `yaml:"layout" json:"layout,omitempty"`
	// Nullable allows nulls, of at most MaxNullShare of the rows if that is set.
	Nullable     bool     `yaml:"nullable" json:"nullable,omitempty"`
	MaxNullShare *float64 `yaml:"max_null_share" json:"max_null_share,omitempty" validate:"omitempty,gte=0,lte=1"`
	// Nulls are texts that mean null in this column, beside clean.nulls of
	// data.yaml.
	Nulls []string `yaml:"nulls" json:"nulls,omitempty"`
	// Strip are characters that are taken out of a number that is none as it
	// stands in the file: "$,%". A separator of thousands must part thousands.
	Strip string `yaml:"strip" json:"strip,omitempty"`
	// Suffix is taken off the end of a number that is none as it stands in the
	// file, with the spaces before it: km of "12 km".
	Suffix string `yaml:"suffix" json:"suffix,omitempty"`
	// Min and Max bound numbers; both ends are allowed.
	Min *float64 `yaml:"min" json:"min,omitempty"`
	Max *float64 `yaml:"max" json:"max,omitempty"`
	// Categories are the allowed values; if empty, any is.
	Categories []string `yaml:"categories" json:"categories,omitempty"`
	// Pattern is a regular expression, in Go's syntax, that a category or text
	// must match: anywhere, unless ^ and $ tie it to the ends.
	Pattern string `yaml:"pattern" json:"pattern,omitempty"`
	// Unique forbids a value, null apart, to come twice. It costs 40 MB of
	// memory at most, and beyond a million values a file of about 40 bytes each
	// for as long as the check takes.
	Unique bool `yaml:"unique" json:"unique,omitempty"`
	// Ordered says that a number or time is never below the one of the row
	// before, nulls apart.
	Ordered bool `yaml:"ordered" json:"ordered,omitempty"`
	// Mean, Std and Quantiles bound the distribution of a number, over all rows
	// that are not null.
	Mean      *Bounds         `yaml:"mean" json:"mean,omitempty"`
	Std       *Bounds         `yaml:"std" json:"std,omitempty"`
	Quantiles []QuantileBound `yaml:"quantiles" json:"quantiles,omitempty" validate:"dive"`
	// Severity is that of this column's violations. Empty is error.
	Severity Severity `yaml:"severity" json:"severity,omitempty" validate:"omitempty,oneof=error warning off"`
	// Severities are those of single checks, by name: type, null, null_share,
	// finite, integer, min, max, category, pattern, unique, ordered, mean, std,
	// quantile. A request is judged as a file is; what is about more than one of
	// its rows is not looked for.
	Severities map[string]Severity `yaml:"severities" json:"severities,omitempty" validate:"dive,oneof=error warning off"`
	// OnUnseen is the severity of a value outside Categories. Empty is Severity.
	OnUnseen Severity `yaml:"on_unseen" json:"on_unseen,omitempty" validate:"omitempty,oneof=error warning off"`
}

// Bounds are the least and the greatest that a figure may be; an end that is
// nil does not bound.
type Bounds struct {
	Min *float64 `yaml:"min" json:"min,omitempty"`
	Max *float64 `yaml:"max" json:"max,omitempty"`
}

// QuantileBound bounds the value that the share At of the values is at or
// below. It is known to about 0.2 % of the rows where there are more than 1024
// different values.
type QuantileBound struct {
	At     float64 `yaml:"at" json:"at" validate:"gte=0,lte=1"`
	Bounds `yaml:",inline"`
}

// Rule orders two columns in every row where neither is null: lower <= upper,
// or lower < upper if strict.
type Rule struct {
	Lower    string   `yaml:"lower" json:"lower" validate:"required"`
	Upper    string   `yaml:"upper" json:"upper" validate:"required"`
	Strict   bool     `yaml:"strict" json:"strict,omitempty"`
	Severity Severity `yaml:"severity" json:"severity,omitempty" validate:"omitempty,oneof=error warning off"`
}

// Column returns the column of that name, or nil.
func (s *Schema) Column(name string) *Column {
	i := slices.IndexFunc(s.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Columns[i]
}

// Features returns the columns but for the target, in order.
func (s *Schema) Features() []Column {
	return slices.DeleteFunc(slices.Clone(s.Columns), func(c Column) bool { return c.Name == s.Target })
}

// Fields returns the columns as a file is read and written, in order.
func (s *Schema) Fields() []table.Field {
	fields := make([]table.Field, len(s.Columns))
	for i := range s.Columns {
		fields[i] = s.Columns[i].Field()
	}
	return fields
}

// Field returns the column as a file is read and written.
func (c *Column) Field() table.Field {
	return table.Field{Name: c.Name, Kind: c.Type.Kind(), Layout: c.Layout, Nulls: c.Nulls, Strip: c.Strip, Suffix: c.Suffix}
}

// Kind returns how a table holds the type.
func (t Type) Kind() table.Kind {
	switch t {
	case Number, Integer:
		return table.Float
	case Category:
		return table.Category
	case Time:
		return table.Time
	default:
		return table.Text
	}
}

// Validate tells in an error where the schema contradicts itself.
func (s *Schema) Validate() error {
	if len(s.Columns) == 0 {
		return errors.New("columns: there are none")
	}
	seen := map[string]bool{}
	for i, c := range s.Columns {
		if seen[c.Name] {
			return fmt.Errorf("columns[%d]: two columns are named %q", i, c.Name)
		}
		seen[c.Name] = true
		if err := c.validate(); err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
	}
	if !seen[s.Target] {
		return fmt.Errorf("target: %q is not one of the columns", s.Target)
	}
	for i, r := range s.Rules {
		if err := s.validateRule(r); err != nil {
			return fmt.Errorf("rules[%d]: %w", i, err)
		}
	}
	return nil
}

// columnChecks are the names of the checks of a column.
var columnChecks = []string{
	"type", "null", "null_share", "finite", "integer", "min", "max", "category", "pattern", "unique", "ordered", "mean", "std", "quantile",
}

func (c *Column) validate() error {
	numeric := c.Type.Kind() == table.Float
	switch {
	case !numeric && (c.Min != nil || c.Max != nil):
		return fmt.Errorf("min and max are for numbers, not for a %s", c.Type)
	case c.Min != nil && c.Max != nil && *c.Min > *c.Max:
		return fmt.Errorf("min %v is above max %v", *c.Min, *c.Max)
	case c.Type != Category && len(c.Categories) > 0:
		return fmt.Errorf("categories are for a category, not for a %s", c.Type)
	case c.OnUnseen != "" && len(c.Categories) == 0:
		return errors.New("on_unseen needs categories")
	case !numeric && (c.Strip != "" || c.Suffix != ""):
		return fmt.Errorf("strip and suffix are for numbers, not for a %s", c.Type)
	case c.Layout != "" && c.Type != Time:
		return fmt.Errorf("layout is for a time, not for a %s", c.Type)
	case c.MaxNullShare != nil && !c.Nullable:
		return errors.New("max_null_share needs nullable: true")
	case !numeric && (c.Mean != nil || c.Std != nil || len(c.Quantiles) > 0):
		return fmt.Errorf("mean, std and quantiles are for numbers, not for a %s", c.Type)
	case c.Ordered && (c.Type == Category || c.Type == Text):
		return fmt.Errorf("a %s has no order", c.Type)
	case c.Pattern != "" && c.Type != Category && c.Type != Text:
		return fmt.Errorf("pattern is for a category or a text, not for a %s", c.Type)
	}
	if _, err := regexp.Compile(c.Pattern); err != nil {
		return fmt.Errorf("pattern: %w", err)
	}
	bounds := []*Bounds{c.Mean, c.Std}
	for i := range c.Quantiles {
		bounds = append(bounds, &c.Quantiles[i].Bounds)
	}
	for _, b := range bounds {
		if err := b.validate(); err != nil {
			return err
		}
	}
	for _, check := range slices.Sorted(maps.Keys(c.Severities)) {
		if !slices.Contains(columnChecks, check) {
			return fmt.Errorf("severities: %q is not one of %s", check, strings.Join(columnChecks, ", "))
		}
	}
	for i, v := range c.Categories {
		if v == "" {
			return errors.New("categories: the empty text means null; use nullable")
		}
		if slices.Contains(c.Categories[:i], v) {
			return fmt.Errorf("categories: %q comes twice", v)
		}
	}
	return nil
}

func (s *Schema) validateRule(r Rule) error {
	lower, upper := s.Column(r.Lower), s.Column(r.Upper)
	switch {
	case lower == nil:
		return fmt.Errorf("lower: %q is not one of the columns", r.Lower)
	case upper == nil:
		return fmt.Errorf("upper: %q is not one of the columns", r.Upper)
	case lower == upper:
		return fmt.Errorf("lower and upper are both %q", r.Lower)
	case lower.Type.Kind() != upper.Type.Kind():
		return fmt.Errorf("a %s and a %s have no order", lower.Type, upper.Type)
	case lower.Type == Category || lower.Type == Text:
		return fmt.Errorf("a %s has no order", lower.Type)
	}
	return nil
}
