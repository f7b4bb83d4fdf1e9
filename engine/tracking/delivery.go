package tracking

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// Delivery is what a server confirmed of a run.
type Delivery struct {
	Server     string `json:"server"`     // its address, without credentials
	Experiment string `json:"experiment"` // ID
	Run        string `json:"run"`        // ID
	// Attached says that another program owns the run there, begins and ends it.
	Attached bool `json:"attached,omitempty"`
	// Sent holds of each thing what of it was confirmed last: of a part the
	// hash of its content, of an artifact its SHA-256, of the status its name.
	Sent map[string]string `json:"sent"`
	// Children are the IDs of the child runs by name.
	Children map[string]string `json:"children"`
}

// has tells whether the server confirmed the thing as it is now.
func (d *Delivery) has(thing, state string) bool { return d.Sent[thing] == state }

// delivery returns what this server has of the run; where attach is an ID, what
// it has of it in that run there.
func (r *Run) delivery(server, attach string) *Delivery {
	for _, d := range r.Deliveries {
		if d.Server == server && (attach == "" && !d.Attached || attach != "" && d.Attached && d.Run == attach) {
			return d
		}
	}
	d := &Delivery{Server: server, Run: attach, Attached: attach != "", Sent: map[string]string{}, Children: map[string]string{}}
	r.Deliveries = append(r.Deliveries, d)
	return d
}

// Delivered tells whether the server has all of the run.
func (r *Run) Delivered(s *Client) bool {
	d := r.delivery(s.Server, s.settings.RunID)
	if d.Run == "" || !d.Attached && !d.has("status", r.state()) {
		return false
	}
	for i := range r.Parts {
		if !d.hasPart(&r.Parts[i]) {
			return false
		}
	}
	return true
}

// hasPart tells whether nothing of the part is left to send.
func (d *Delivery) hasPart(p *Part) bool {
	childLeft := func(c Child) bool { return !d.has("child/"+c.Name, "sent") }
	artifactLeft := func(a Artifact) bool {
		return !d.has("artifact/"+a.Path, a.SHA256) && !d.has("artifact/"+a.Path, gone)
	}
	return d.has("part/"+p.Stage, p.hash()) && !slices.ContainsFunc(p.Children, childLeft) &&
		!slices.ContainsFunc(p.Artifacts, artifactLeft)
}

// gone is the state of an artifact that can't be sent any more.
const gone = "gone"

// state is what a server has to know about how the run stands.
func (r *Run) state() string {
	return r.Status + " " + r.Ended.UTC().Format("2006-01-02T15:04:05.000Z")
}

// hash is that of what is sent in batches.
func (p *Part) hash() string {
	own := *p
	own.Artifacts, own.Children = nil, nil
	data, _ := json.Marshal(own) // strings and finite numbers
	return hexSum(data)[:16]
}

func hexSum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Address is where a browser finds the run at the server.
func (r *Run) Address(s *Client) string {
	d := r.delivery(s.Server, s.settings.RunID)
	return s.Server + "/#/experiments/" + d.Experiment + "/runs/" + d.Run
}
