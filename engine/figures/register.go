package figures

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"gonum.org/v1/plot/vg"

	"example.com/engine/report"
)

// Named is a figure with the name of its files, such as reports/figures/map.png.
type Named struct {
	Name string
	Figure
}

// bundled are the figures of the template in the order of the report.
var bundled = []Named{
	{"folds", folds},
	{"learning", learning},
	{"trials", trials},
	{"validation", validation},
	{"predicted", predicted},
	{"residuals", residuals},
	{"residual_map", residualMap},
	{"roc", roc},
	{"calibration", calibration},
	{"confusion", confusion},
	{"coverage", coverage},
	{"intervals", intervals},
	{"slices", bySlice},
	{"importance", importance},
	{"contributions", contributions},
	{"contributions", contributionsByClass},
	{"dependence", dependence},
	{"map", places},
	{"correlation", correlation},
	{"distributions", distributions},
}

// own are the project's, in the order of Register.
var own []Named

var validName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Register adds a figure of the project's own, from an init function. The name is
// that of its files: small letters, digits and underscores. Register panics if
// the name is taken or none, the title or Draw is missing, or the report has no
// such section.
func Register(name string, f Figure) {
	switch {
	case !validName.MatchString(name):
		panic(fmt.Sprintf("figures: %q is not a name: small letters, digits and _", name))
	case slices.ContainsFunc(slices.Concat(bundled, own), func(n Named) bool { return n.Name == name }):
		panic(fmt.Sprintf("figures: the name %q is taken", name))
	case f.Title == "" || f.Draw == nil:
		panic(fmt.Sprintf("figures: %q needs a Title and Draw", name))
	case f.Section != "" && !slices.Contains(report.Sections, f.Section):
		panic(fmt.Sprintf("figures: %q is for the section %q, which is none of %q", name, f.Section, report.Sections))
	}
	f.Section = cmp.Or(f.Section, report.Own)
	f.Width = cmp.Or(f.Width, 6.6*vg.Inch)
	if f.Height == nil {
		f.Height = Tall(4 * vg.Inch)
	}
	own = append(own, Named{name, f})
}

// For returns the figures that apply to d, the template's first. The settings in d
// suffice.
func For(d *Data) []Named {
	return slices.DeleteFunc(slices.Concat(bundled, own), func(f Named) bool { return f.Applies != nil && !f.Applies(d) })
}
