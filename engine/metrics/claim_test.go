package metrics_test

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/claimtest"
	"example.com/engine/metrics"
)

// population draws test rows with the answers of two models that are about as good, in
// groups or in an order of time.
type population struct {
	name    string
	groups  int
	rows    int     // of a group, on average
	between float64 // share of the variance that rows of a group have in common
	unequal bool    // sizes are drawn from an exponential distribution
	skewed  bool    // errors are, within groups
	carry   float64 // of errors from a row to the next
	hard    bool    // few units, of unequal weight
}

func (p population) size(rng *rand.Rand) int {
	if p.unequal {
		return 1 + int(float64(p.rows)*rng.ExpFloat64())
	}
	return p.rows
}

// noise returns a source of variables of variance 1, which begins a group where told.
func (p population) noise(rng *rand.Rand, skewed bool) func(begins bool) float64 {
	common, last := 0.0, rng.NormFloat64()
	return func(begins bool) float64 {
		if begins {
			common = rng.NormFloat64()
		}
		v := rng.NormFloat64()
		if skewed {
			v = rng.ExpFloat64() - 1
		}
		last = p.carry*last + math.Sqrt(1-p.carry*p.carry)*v
		return math.Sqrt(p.between)*common + math.Sqrt(1-p.between)*last
	}
}

// draw returns rows in groups, or in an order of time, of a regression or of two classes.
func (p population) draw(task metrics.Task, rng *rand.Rand) (one, two metrics.Data) {
	signal, wrong, other := p.noise(rng, false), p.noise(rng, p.skewed), p.noise(rng, false)
	var proba [2][]float64
	for g := range p.groups {
		for i := range p.size(rng) {
			s, e, o := signal(i == 0), wrong(i == 0), 0.3*other(i == 0)
			if p.carry > 0 {
				one.Time = append(one.Time, int64(len(one.Y)))
			} else {
				one.Groups = append(one.Groups, uint64(g))
			}
			if task == metrics.Regression {
				one.Y, one.Pred, two.Pred = append(one.Y, 2*s+e), append(one.Pred, 2*s), append(two.Pred, 2*s+o)
				continue
			}
			one.Y = append(one.Y, code(rng.Float64() < logistic(2*s+1.5*e)))
			for k, v := range []float64{1.5 * s, 1.5*s + 2*o} {
				proba[k] = append(proba[k], 1-logistic(v), logistic(v))
			}
			one.Pred, two.Pred = append(one.Pred, code(s > 0)), append(two.Pred, code(1.5*s+2*o > 0))
		}
	}
	two.Y, two.Groups, two.Time = one.Y, one.Groups, one.Time
	if task != metrics.Regression {
		one.Proba, two.Proba = mat.NewDense(len(one.Y), 2, proba[0]), mat.NewDense(len(one.Y), 2, proba[1])
	}
	return one, two
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func code(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// figure is what an interval is to hold: a metric, or its difference between two models.
type figure struct {
	metrics.Metric
	paired bool
}

func (f figure) String() string {
	if f.paired {
		return "difference of " + f.Name
	}
	return f.Name
}

// covered counts the intervals that there are, and those that hold the truth, which is
// that of very many rows.
func (p population) covered(t *testing.T, task metrics.Task, names []string, runs int) (there, held map[string]int) {
	t.Helper()
	var list []metrics.Metric
	for _, name := range names {
		list = append(list, lookup(t, name))
	}
	many := p
	many.groups = claimtest.Runs(50_000, 1_000_000) / p.rows
	one, two := many.draw(task, rand.New(rand.NewPCG(1, 1)))
	alone, paired := make([]float64, len(list)), make([]float64, len(list))
	for k, m := range list {
		alone[k] = m.Score(one)
		paired[k] = alone[k] - m.Score(two)
	}
	there, held = map[string]int{}, map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	b := metrics.Bootstrap{Resamples: claimtest.Runs(100, 200), Level: 0.95}
	for half := range 2 {
		wg.Go(func() {
			for run := half; run < runs; run += 2 {
				mine, other := p.draw(task, rand.New(rand.NewPCG(2, uint64(run))))
				intervals, err1 := b.Intervals(ctx, mine, list, uint64(run))
				differences, err2 := b.Differences(ctx, mine, other, list, uint64(run))
				mu.Lock()
				require.NoError(t, err1)
				require.NoError(t, err2)
				count := func(f figure, i metrics.Interval, truth float64) {
					if i.Bounded() {
						there[f.String()]++
					}
					if i.Low <= truth && truth <= i.High {
						held[f.String()]++
					}
				}
				for k, m := range list {
					count(figure{m, false}, intervals[k], alone[k])
					count(figure{m, true}, differences[k].Interval, paired[k])
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return there, held
}

// claimCovered holds that 95 % intervals of each figure hold the truth in 93 to 97 % of the runs, of those in which there
// is one; where it is hard, in 91 to 98 %.
func claimCovered(t *testing.T, p population, task metrics.Task, names []string, runs int) {
	t.Helper()
	there, held := p.covered(t, task, names, runs)
	for _, name := range names {
		for _, f := range []string{name, "difference of " + name} {
			slack, low, high := 3*math.Sqrt(0.05*0.95/float64(there[f])), 0.93, 0.97
			if p.hard {
				low, high = 0.91, 0.98
			}
			claimtest.Within(t, "coverage of 95 % intervals, "+f+", "+p.name, float64(held[f])/float64(there[f]), low-slack, high+slack, there[f])
		}
	}
}

var (
	numbers = []string{"mae", "rmse", "r2"}
	shares  = []string{"accuracy", "log_loss", "roc_auc"}
)

// claimPopulations holds it of each population, of the first few in the quick runs.
func claimPopulations(t *testing.T, quick, runs int, list []population) {
	t.Helper()
	for _, p := range list[:claimtest.Runs(quick, len(list))] {
		claimCovered(t, p, metrics.Regression, numbers, claimtest.Runs(runs, 1000))
		claimCovered(t, p, metrics.Binary, shares, claimtest.Runs(runs, 1000))
	}
}

func TestClaimIntervals(t *testing.T) {
	claimPopulations(t, 2, 30, []population{
		{name: "40 groups much alike within", groups: 40, rows: 20, between: 0.7},
		{name: "10 groups", groups: 10, rows: 20, between: 0.3, hard: true},
		{name: "20 groups with skewed errors", groups: 20, rows: 20, between: 0.3, skewed: true, hard: true},
		{name: "40 groups of unequal size", groups: 40, rows: 20, between: 0.3, unequal: true, hard: true},
		{name: "100 rows", groups: 100, rows: 1},
		{name: "300 rows with skewed errors", groups: 300, rows: 1, skewed: true},
	})
}

func TestClaimIntervalsInTime(t *testing.T) {
	claimPopulations(t, 1, 20, []population{
		{name: "500 rows in time, errors carry 0.5", groups: 500, rows: 1, carry: 0.5},
		{name: "1,000 rows in time, errors carry 0.8", groups: 1000, rows: 1, carry: 0.8},
		{name: "60 rows in time, errors carry 0.2", groups: 60, rows: 1, carry: 0.2},
	})
}

// The share of rows inside their prediction intervals, in groups that have misses in common.
func TestClaimIntervalsOfAShare(t *testing.T) {
	runs := claimtest.Runs(300, 20_000)
	for name, p := range map[string]population{
		"20 groups": {groups: 20, rows: 20, between: 0.3}, "200 rows": {groups: 200, rows: 1},
		"500 rows in time": {groups: 500, rows: 1, carry: 0.5},
	} {
		held := 0
		for run := range runs {
			d, _ := p.draw(metrics.Regression, rand.New(rand.NewPCG(4, uint64(run))))
			in := make([]bool, len(d.Y))
			for i := range in {
				in[i] = math.Abs(d.Y[i]-d.Pred[i]) < 1.6448536269514722
			}
			if i := metrics.NewBootstrap().Share(d, in); i.Low <= 0.9 && 0.9 <= i.High {
				held++
			}
		}
		slack := 3 * math.Sqrt(0.05*0.95/float64(runs))
		claimtest.Within(t, "coverage of 95 % intervals, share inside, "+name, float64(held)/float64(runs), 0.93-slack, 0.97+slack, runs)
	}
}
