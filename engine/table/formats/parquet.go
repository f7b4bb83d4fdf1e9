//go:build !noparquet

package formats

import _ "example.com/engine/table/parquet" // registers itself
