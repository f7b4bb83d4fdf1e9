#!/usr/bin/env bash
# Runs a search as Slurm job arrays on a cluster of one node, this machine, and compares what it makes
# with what one process makes. The cluster lives as long as the check, on the loopback interface, with
# no authentication; a search is cancelled halfway and submitted again.
. "$(dirname "$0")/lib.sh"

# Root installs what is missing; others are told.
if [ "$(id -u)" -eq 0 ] && ! command -v slurmctld >/dev/null; then
  say "installing slurm-wlm"
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends slurm-wlm >"$dir/apt.log" 2>&1 || {
    tail -n 5 "$dir/apt.log" >&2
    fail "apt-get install slurm-wlm failed"
  }
fi
for command in slurmctld slurmd sbatch squeue; do need $command slurm-wlm; done

home=$dir/slurm
work=$dir/slurm-work
export SLURM_CONF=$home/slurm.conf

cluster_up() {
  rm -rf "$home"
  mkdir -p "$home/state" "$home/spool"
  cat >"$SLURM_CONF" <<END
ClusterName=interop
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=${SLURM_PORT:-26817}
SlurmdPort=$((${SLURM_PORT:-26817} + 1))
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SlurmdParameters=config_overrides
ReturnToService=2
MpiDefault=none
SlurmctldPidFile=$home/slurmctld.pid
SlurmdPidFile=$home/slurmd.pid
StateSaveLocation=$home/state
SlurmdSpoolDir=$home/spool
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=30 State=UP
END
  trap cluster_down EXIT
  slurmctld -D >"$home/slurmctld.log" 2>&1 </dev/null &
  controller=$!
  slurmd -D >"$home/slurmd.log" 2>&1 </dev/null &
  daemon=$!
  for _ in $(seq 60); do
    if [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; then return; fi
    kill -0 "$controller" "$daemon" 2>/dev/null || break
    sleep 0.5
  done
  tail -n 5 "$home"/slurm*.log >&2
  fail "the cluster did not start"
}

cluster_down() {
  scancel --user="$(id -un)" 2>/dev/null || true
  kill "$daemon" "$controller" 2>/dev/null || true
  wait "$daemon" "$controller" 2>/dev/null || true
}

# finish JOB waits for all jobs to end, and fails unless the job is one that succeeded.
finish() {
  local deadline=$((SECONDS + 300)) state
  while [ -n "$(squeue --noheader)" ]; do
    [ $SECONDS -lt $deadline ] || { squeue >&2; fail "jobs did not end in five minutes"; }
    sleep 0.5
  done
  state=$(scontrol --oneliner show job "$1" | sed 's/.* JobState=\([A-Z]*\).*/\1/')
  if [ "$state" != COMPLETED ]; then
    cat "$work"/reports/search/slurm-*.out >&2
    fail "job $1: $state"
  fi
}

# same DIR compares the results in the work folder with those of one process in DIR.
same() {
  local file
  for file in trials.csv trials.json best.yaml; do
    cmp "$1/reports/search/$file" "$work/reports/search/$file" || fail "$file differs"
  done
  diff -r "$1/reports/search/trials" "$work/reports/search/trials" || fail "the trials differ"
}

# submit ARGUMENT… submits the search and names its last job in $job.
submit() { job=$(SHARES=4 CONFIG=$config WORK=$work "$root/scripts/slurm/search.sh" "$@"); }

rm -rf "$work" "$dir"/slurm-alone-*
ridge_search "$dir/slurm-config"
say "make build features"
make -C "$root" --no-print-directory build features CONFIG="$config" WORK="$work" >"$dir/slurm-make.log" 2>&1 </dev/null || {
  cat "$dir/slurm-make.log" >&2
  fail "make build features failed"
}
for strategy in random halving; do
  cp -r "$work" "$dir/slurm-alone-$strategy"
  (cd "$root" && bin/tools search -config "$config" -work "$dir/slurm-alone-$strategy" -trials 12 -strategy $strategy)
done

cluster_up
say "a random search in 4 shares, cancelled and submitted again"
submit -trials 12
until [ -n "$(ls "$work/reports/search/trials" 2>/dev/null)" ]; do sleep 0.05; done
scancel --user="$(id -un)"
while [ -n "$(squeue --noheader)" ]; do sleep 0.2; done
[ ! -e "$work/reports/search/best.yaml" ] || fail "it was too late to cancel"
submit -trials 12
finish "$job"
same "$dir/slurm-alone-random"

say "a halving search in 4 shares a rung"
rm -rf "$work/reports/search"
submit -trials 12 -strategy halving
finish "$job"
same "$dir/slurm-alone-halving"
say "one process and $(find "$work/reports/search" -name 'slurm-*.out' | wc -l) jobs made the same"
