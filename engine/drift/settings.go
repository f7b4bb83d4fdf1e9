package drift

import "maps"

// Severity says what an alarm does: an error stops, a warning is reported, off
// is not even that.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Off     Severity = "off"
)

// Settings are drift.yaml: when a difference is an alarm. It must be
// significant, and large, and seen in rows enough. The p-value alone would not
// do: at a million rows it finds differences that matter to nobody.
type Settings struct {
	// Alpha is the share of false alarms among all, at most; and the chance of
	// any alarm where nothing drifted.
	Alpha float64 `yaml:"alpha" json:"alpha" validate:"gt=0,lt=1"`
	// MinRows is how many values a column needs on either side.
	MinRows int `yaml:"min_rows" json:"min_rows" validate:"gte=2"`

	// A number has drifted where any of these is reached: the distance of
	// Kolmogorov and Smirnov; that of Wasserstein, in standard deviations of
	// the reference; the population stability index.
	KS          float64 `yaml:"ks" json:"ks" validate:"gte=0"`
	Wasserstein float64 `yaml:"wasserstein" json:"wasserstein" validate:"gte=0"`
	PSI         float64 `yaml:"psi" json:"psi" validate:"gte=0"`
	// A category has drifted where the Jensen–Shannon distance is reached, or
	// PSI.
	JensenShannon float64 `yaml:"jensen_shannon" json:"jensen_shannon" validate:"gte=0"`
	// NullShare is by how much the share of nulls may change.
	NullShare float64 `yaml:"null_share" json:"null_share" validate:"gte=0"`
	// UnseenShare is the share of values that the reference does not have,
	// beyond what its rarest let one expect.
	UnseenShare float64 `yaml:"unseen_share" json:"unseen_share" validate:"gte=0"`
	// AUC is how well a classifier may tell the two tables apart; 0.5 is by
	// chance. Classifier switches it.
	AUC        float64 `yaml:"auc" json:"auc" validate:"gte=0.5,lte=1"`
	Classifier bool    `yaml:"classifier" json:"classifier"`

	// Severity is that of every alarm but those of the columns below, the
	// prediction among them: "prediction". Off takes a column out.
	Severity Severity            `yaml:"severity" json:"severity" validate:"oneof=error warning off"`
	Columns  map[string]Severity `yaml:"columns" json:"columns,omitempty" validate:"dive,oneof=error warning off"`
}

// Defaults are the settings where none are given. A shift of a tenth of a
// standard deviation is small by Cohen's measure; 0.2 is the usual bound of
// PSI.
func Defaults() Settings {
	return Settings{
		Alpha: 0.05, MinRows: 100, KS: 0.1, Wasserstein: 0.1, PSI: 0.2, JensenShannon: 0.1,
		NullShare: 0.05, UnseenShare: 0.01, AUC: 0.6, Classifier: true, Severity: Warning,
	}
}

// Without returns the settings with columns taken out, as those that a log does
// not keep.
func (s Settings) Without(columns []string) Settings {
	all := map[string]Severity{}
	maps.Copy(all, s.Columns)
	for _, name := range columns {
		all[name] = Off
	}
	s.Columns = all
	return s
}

func (s *Settings) severity(column string) Severity {
	if v, ok := s.Columns[column]; ok {
		return v
	}
	return s.Severity
}
