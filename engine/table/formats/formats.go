// Package formats is imported for its effect by programs whose table may be
// in a file of another format than CSV: it adds Parquet to those that package
// table opens and writes. With the build tag noparquet, which make sets for
// configurations that name no such file, it adds nothing and takes no time to
// compile.
package formats
