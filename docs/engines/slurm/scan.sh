#!/bin/sh
# A run past one machine (docs/cluster.md) under Slurm: scan.sh INDEX RUN OUT DUMP... on a machine that has sbatch. All machines
# see the same folders and the key file. INDEX, RUN, OUT and DUMP may be URLs of buckets. Flags of "credsieve plan" may follow:
# where Slurm's MaxArraySize is not configured, an array has 1000 jobs at most, so that many accounts need --partitions 1000.
#
# Two job arrays and a job, each after the one before it. A task is tried three times; where one never ends well, the jobs after
# it are cancelled, and nothing is published: run "credsieve publish" by hand to read which are missing.
set -eu
: "${CREDSIEVE_KEY_FILE:?names the key file}"
: "${CREDSIEVE:=credsieve}" "${CORES:=4}" "${AT_ONCE:=100}"
INDEX=$1 RUN=$2 OUT=$3
shift 3
export CREDSIEVE_KEY_FILE CREDSIEVE CORES INDEX RUN OUT # sbatch hands them to the jobs

plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
"$CREDSIEVE" plan --index "$INDEX" --out "$RUN" --json --progress none "$@" >"$plan"
shards=$(sed -n 's/^ *"shards": \([0-9]*\),*$/\1/p' "$plan")
partitions=$(sed -n 's/^ *"partitions": \([0-9]*\),*$/\1/p' "$plan")

# shellcheck disable=SC2016 # the variables are those of the jobs
screen=$(sbatch --parsable --job-name=credsieve-screen --array="0-$((shards - 1))%$AT_ONCE" --cpus-per-task="$CORES" --requeue --wrap '
	for try in 1 2 3; do
		"$CREDSIEVE" task screen "$RUN" --shard "$SLURM_ARRAY_TASK_ID" --workers "$CORES" && exit
	done
	exit 1')
# shellcheck disable=SC2016
confirm=$(sbatch --parsable --job-name=credsieve-confirm --array="0-$((partitions - 1))%$AT_ONCE" --cpus-per-task="$CORES" --requeue \
	--dependency="afterok:$screen" --kill-on-invalid-dep=yes --wrap '
	for try in 1 2 3; do
		"$CREDSIEVE" task confirm "$RUN" --partition "$SLURM_ARRAY_TASK_ID" --workers "$CORES" && exit
	done
	exit 1')
# shellcheck disable=SC2016
sbatch --parsable --job-name=credsieve-publish --dependency="afterok:$confirm" --kill-on-invalid-dep=yes \
	--wrap '"$CREDSIEVE" publish "$RUN" --out "$OUT"'
