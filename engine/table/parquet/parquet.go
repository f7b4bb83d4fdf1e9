// Package parquet lets package table read and write Parquet files, in every
// program that imports it:
//
//	import _ "example.com/engine/table/parquet"
//
// Only flat columns are read. What is written are row groups of one size in
// zstd, in which every column may hold nulls.
package parquet

import "example.com/engine/table"

func init() {
	table.RegisterFormat("parquet", table.Format{Open: open, NewWriter: newWriter})
}
