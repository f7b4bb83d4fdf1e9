//go:build !noparquet

package main

// A table that a command reads may be Parquet. Make sets the tag where none is,
// which spares `make all` a quarter of the time to compile.
import _ "example.com/engine/table/parquet"
