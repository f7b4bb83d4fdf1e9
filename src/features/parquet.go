//go:build !noparquet

package main

// The table may be Parquet. Make sets the tag where it is not, and spares the
// time to compile this.
import _ "example.com/engine/table/parquet"
