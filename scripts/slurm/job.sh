#!/bin/sh
# One job of search.sh, which submits it: the search as it is given, in an array the task's share.
exec "$@" ${SLURM_ARRAY_TASK_ID:+-index "$SLURM_ARRAY_TASK_ID"}
