package model

// Card is the part of model.yaml that a person writes for those who use the
// model and those whom it judges, after Mitchell and others 2019, Model Cards
// for Model Reporting. What can be measured is added to it by the stage
// evaluate. Every list is of sentences.
type Card struct {
	Name        string   `yaml:"name"`
	Summary     string   `yaml:"summary"`
	Contact     string   `yaml:"contact"`
	Licence     string   `yaml:"licence"`
	IntendedUse []string `yaml:"intended_use"`
	OutOfScope  []string `yaml:"out_of_scope"`
	Data        []string `yaml:"data"`
	Limits      []string `yaml:"limits"`
	Ethics      []string `yaml:"ethics"`
}
