// Package interop checks the project against other programs. The scripts beside it
// set up what a test needs and run it by name with its flags; see run.sh.
package interop

import "flag"

var (
	work   = flag.String("work", "", "directory that `make all WORK=…` filled")
	config = flag.String("config", "../../configs", "its configuration")
)
