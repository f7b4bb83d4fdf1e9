package command_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"example.com/engine/command"
)

func ExampleLine_Run() {
	var rows int
	line := command.New("count", os.Stdout, func(f *flag.FlagSet) { f.IntVar(&rows, "rows", 1, "how many") })
	count := func(context.Context) error {
		if rows == 0 {
			return errors.New("no rows")
		}
		_, err := fmt.Println(rows, "rows")
		return err
	}
	fmt.Println("status", line.Run([]string{"-rows", "7"}, count))
	fmt.Println("status", line.Run([]string{"-rows", "0"}, count))
	// Output:
	// 7 rows
	// status 0
	// count: no rows
	// status 1
}
