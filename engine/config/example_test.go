package config_test

import (
	"fmt"

	"example.com/engine/command"
	"example.com/engine/config"
)

type ridge struct {
	Alpha float64 `yaml:"alpha" validate:"gte=0"`
	Scale bool    `yaml:"scale"`
}

func ExampleParse() {
	s := ridge{Alpha: 1, Scale: true} // the defaults
	fmt.Println(config.Parse("model.yaml", []byte("alpha: 0.5"), &s), s)
	err := config.Parse("model.yaml", []byte("scale: true\nalhpa: 2"), &s)
	fmt.Println(err)
	fmt.Println(command.Details(err))
	// Output:
	// <nil> {0.5 true}
	// model.yaml:2:1: alhpa: unknown key; did you mean "alpha"?
	//   1 | scale: true
	//   2 | alhpa: 2
	//     | ^
}
