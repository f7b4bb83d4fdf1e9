package derive

// functions are the derivations that are written in Go because no setting
// expresses them. To add one, name it here and write it below:
//
//	"title": {Takes: []Kinds{Strings}, Category: title},
//
//	func title(a Args) string { // "Kelly, Mr. James" → "Mr"
//		_, rest, _ := strings.Cut(a.String(0), ", ")
//		title, _, _ := strings.Cut(rest, ".")
//		return title
//	}
//
// and call it from configs/features.yaml:
//
//	derive:
//	  - function: {name: title, columns: [Name]}
var functions = map[string]Function{
	"rooms_per_person": {Takes: []Kinds{Numbers, Numbers}, Number: roomsPerPerson},
}

// roomsPerPerson takes the rooms and the people of a district. A district
// where nobody lives counts as one with one person.
func roomsPerPerson(a Args) float64 {
	return a.Float(0) / max(1, a.Float(1))
}
