// Package own is where a project writes code: what settings can't say.
//
// Each file adds something under a name, in its init, and a line in configs/
// uses the name; no other file has to change. Every program that builds or
// reads a model imports the package for that effect, so a model that a name
// went into can be trained, served and explained alike. docs/extending.md has
// a file of each kind: a cleaning rule, a column, a transformer, an estimator,
// a metric, a split and a figure, which is in src/own/figures. A name that is
// taken already stops the program as it starts, and is told.
package own
