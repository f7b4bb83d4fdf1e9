package results

// Files below the work folder.
const (
	Train = "data/processed/train.csv"
	Test  = "data/processed/test.csv"
	Split = "reports/split.json"

	Validation     = "reports/validation.json"
	TrainingOut    = "reports/training.json"
	MetricsOut     = "reports/metrics.json"
	ExplanationOut = "reports/explanation.json"
	DecisionOut    = "reports/decision.json"
	PromotionOut   = "reports/promotion.json"
	Predictions    = "reports/predictions.csv"
	Report         = "reports/index.html"

	Candidate     = "models/candidate/model.zip"
	CandidateCard = "models/candidate/MODEL_CARD.md"
	Champion      = "models/champion/model.zip"
	ChampionCard  = "models/champion/MODEL_CARD.md"
	History       = "models/history.json"

	// Of the champion in use.
	PredictionLog = "reports/predictions" // folder that the server keeps predictions in
	FeedbackOut   = "reports/feedback.json"
	RetrainOut    = "reports/retrain.json"
)
