// Configure looks at a table and writes the settings of a project for it: see
// package configure.
package main

import (
	"os"

	"example.com/engine/commands/configure"

	_ "example.com/engine/table/formats"
	_ "example.com/housing/src/own"
)

func main() { os.Exit(configure.Run(os.Args[1:], os.Stdout, os.Stderr)) }
