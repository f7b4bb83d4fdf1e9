package project_test

import (
	"fmt"

	"example.com/engine/project"
)

func ExampleNewNames() {
	for _, module := range []string{"github.com/me/Churn/v2", "github.com//churn"} {
		names, err := project.NewNames(module)
		fmt.Printf("%q %v\n", names.Short, err)
	}
	// Output:
	// "churn" <nil>
	// "" module "github.com//churn": give a path as in an import, for example github.com/me/churn
}
