// Package steps holds the transformers that come with the engine, a file each.
// Importing it registers them with package transform, whose comment says what a
// transformer is.
//
// Each has the name, the settings and the edge cases of the scikit-learn one;
// where it departs, its comment says so.
package steps
