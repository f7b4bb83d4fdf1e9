// Package settings says which sections the files of configs/ have. A file of
// one package is a struct there; a file whose sections belong to several is a
// struct here, with the types of the sections as parameters:
//
//	data.yaml      [Data]              source.Settings, cleaning.Settings
//	features.yaml  [Features]          derive.List, partition.Split
//	schema.yaml    schema.Schema
//	model.yaml     model.Config
//	serve.yaml     serving.Settings
//	drift.yaml     drift.Settings
//	retrain.yaml   retrain.Settings
//
// A program names the sections that it reads, and [Other] for those that it
// does not, which another program reads and checks:
//
//	var cfg settings.Data[source.Settings, settings.Other]
//
// Defaults are those of the sections' own packages, such as source.Default.
//
// Note: with the types themselves in the structs, each program would be linked
// with the code behind every section. Since a stage depends on its own program,
// a change to a split would then fetch the table again.
package settings

import "github.com/goccy/go-yaml/ast"

// Data is data.yaml: where the table comes from and how it is read.
type Data[Fetch, Clean any] struct {
	Fetch Fetch `yaml:"fetch"`
	Clean Clean `yaml:"clean"`
}

// Features is features.yaml: columns made from a row's own, and which rows are
// set aside for the test.
type Features[Derive, Split any] struct {
	Derive Derive `yaml:"derive"`
	Split  Split  `yaml:"split"`
	Seed   uint64 `yaml:"seed"` // of the split
}

// DefaultSeed is the seed of the split if features.yaml gives none.
const DefaultSeed = 42

// Other is a section that a program does not read. Whatever it holds is passed
// over.
type Other struct{}

// UnmarshalYAML passes over the section.
func (*Other) UnmarshalYAML(ast.Node) error { return nil }
