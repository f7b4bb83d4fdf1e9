#!/usr/bin/env bash
# Runs a search as Slurm jobs: a job array of shares for each rung, one array after the other, and a
# last job that puts their trials together. The folder of the project and WORK must be the same on
# all nodes; programs and training rows must be made: make build features.
#
#   SHARES=16 scripts/slurm/search.sh [-trials N] [-strategy S] [-seed S]
#
# CONFIG and WORK are folders as for make. What sbatch needs to know goes into its own variables, such
# as SBATCH_PARTITION, SBATCH_ACCOUNT and SBATCH_TIMELIMIT. The number of the last job is printed; when
# a job fails, run the same again: what is recorded is not done twice.
set -euo pipefail
cd "$(dirname "$0")/../.."

shares=${SHARES:-8}
search=(bin/tools search -config "${CONFIG:-configs}" -work "${WORK:-.}" "$@")
logs=${WORK:-.}/reports/search
mkdir -p "$logs"

# submit NAME LOG OPTION… -- ARGUMENT… submits job.sh after the job $after, and names it in $after.
after=
submit() {
  local options=(--parsable --job-name="$1" --output="$logs/slurm-$2.out" --kill-on-invalid-dep=yes)
  shift 2
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  [ -z "$after" ] || options+=(--dependency="afterok:$after")
  after=$(sbatch "${options[@]}" scripts/slurm/job.sh "${search[@]}" "$@")
  after=${after%%;*} # with several clusters sbatch adds their name
}

rungs=$("${search[@]}" -rungs)
for ((rung = 0; rung < rungs; rung++)); do
  submit "search-$rung" %A-%a --array="0-$((shares - 1))" -- -of "$shares" -rung "$rung"
done
submit search-reduce %j -- -reduce
echo "$after"
