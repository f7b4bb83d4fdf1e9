package tracking

// Delivery is what a server confirmed of a run.
type Delivery struct {
	Server     string `json:"server"`     // its address, without credentials
	Experiment string `json:"experiment"` // ID
	Run        string `json:"run"`        // ID
	// Attached says that another program owns the run there, begins and ends it.
	Attached bool `json:"attached,omitempty"`
	// Sent holds of each thing what of it was confirmed last: of a part the
	// hash of its content, of an artifact its SHA-256, of the status its name.
	Sent     map[string]string `json:"sent"`
	Children map[string]string `json:"children,omitempty"` // IDs by name
}
