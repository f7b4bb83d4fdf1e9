// Command tools does what is not a stage of the pipeline: make calls it, and
// it can be called as
//
//	tools COMMAND [flags]
//
// Without a command it lists those there are. Each is a package of
// engine/commands, whose comment says what it reads and writes. What src/own
// registers is linked in, so that a command can read any model that the stages
// make.
package main

import (
	"os"

	"example.com/engine/command"
	"example.com/engine/commands/clobber"
	"example.com/engine/commands/configure"
	"example.com/engine/commands/diff"
	"example.com/engine/commands/drift"
	"example.com/engine/commands/feedback"
	"example.com/engine/commands/onnx"
	"example.com/engine/commands/retrain"
	"example.com/engine/commands/schema"
	"example.com/engine/commands/search"
	"example.com/engine/commands/track"

	_ "example.com/engine/table/formats"
	_ "example.com/housing/src/own"
)

var commands = []command.Command{
	{Name: "configure", Summary: "look at a table and write the settings of a project for it", Run: configure.Run},
	{Name: "schema", Summary: "guess a schema.yaml from a table", Run: schema.Run},
	{Name: "search", Summary: "look for the settings of model.yaml that cross-validate best", Run: search.Run},
	{Name: "track", Summary: "keep what runs came to; list them, compare them, send them to MLflow", Run: track.Run},
	{Name: "diff", Summary: "tell in what two models differ", Run: diff.Run},
	{Name: "drift", Summary: "compare a table or a prediction log with the training rows", Run: drift.Run},
	{Name: "feedback", Summary: "measure the champion in use, where the truth is known", Run: feedback.Run},
	{Name: "retrain", Summary: "decide from drift and feedback whether to train again", Run: retrain.Run},
	{Name: "onnx", Summary: "write the champion as ONNX", Run: onnx.Run},
	{Name: "clobber", Summary: "remove what the stages made", Run: clobber.Run},
}

func main() { os.Exit(command.Dispatch("tools", commands, os.Args[1:], os.Stdout, os.Stderr)) }
