#!/bin/sh
# A run past one machine (docs/cluster.md) as array jobs of AWS Batch: scan.sh QUEUE DEFINITION INDEX RUN OUT DUMP... where aws, jq
# and credsieve-cloud are. INDEX, RUN, OUT and DUMP are URLs such as s3://ours/tasks/2026-11-27; flags of "credsieve plan"
# may follow.
#
# DEFINITION is a job definition whose image has credsieve-cloud and sh, whose role may read and write the bucket, and in which
# CREDSIEVE_KEY_FILE names a mounted file (a secret on EFS, or one that the entry point fetches into memory).
#
# A task is tried three times. Where one never ends well, the jobs after it fail, and nothing is published: run
# "credsieve-cloud publish" by hand to read which are missing.
set -eu
: "${CREDSIEVE:=credsieve-cloud}" "${CORES:=4}"
QUEUE=$1 DEFINITION=$2 INDEX=$3 RUN=$4 OUT=$5
shift 5

plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
"$CREDSIEVE" plan --index "$INDEX" --out "$RUN" --json --progress none "$@" >"$plan"
shards=$(jq .shards "$plan")
partitions=$(jq .partitions "$plan")

# submit NAME AFTER TASKS TRIES COMMAND: a job for each task, when the job AFTER is complete. It is told its number by
# AWS_BATCH_JOB_ARRAY_INDEX; an array has at least two jobs and at most 10000, so a single task is told here.
submit() {
	name=$1 after=$2 tasks=$3 tries=$4 command=$5
	if [ "$tasks" -gt 1 ]; then
		set -- --array-properties "size=$tasks"
	else
		set --
		command="AWS_BATCH_JOB_ARRAY_INDEX=0; $command"
	fi
	[ -z "$after" ] || set -- "$@" --depends-on "jobId=$after"
	overrides=$(jq -n --arg command "$command" --arg run "$RUN" --arg out "$OUT" --arg cores "$CORES" '{command: ["sh", "-c", $command],
		environment: [{name: "RUN", value: $run}, {name: "OUT", value: $out}, {name: "CORES", value: $cores}]}')
	aws batch submit-job --job-name "$name" --job-queue "$QUEUE" --job-definition "$DEFINITION" --retry-strategy "attempts=$tries" \
		--container-overrides "$overrides" "$@" --query jobId --output text
}

# shellcheck disable=SC2016 # the variables are those of the jobs
{
	screen=$(submit credsieve-screen "" "$shards" 3 \
		'exec credsieve-cloud task screen "$RUN" --shard "$AWS_BATCH_JOB_ARRAY_INDEX" --workers "$CORES"')
	confirm=$(submit credsieve-confirm "$screen" "$partitions" 3 \
		'exec credsieve-cloud task confirm "$RUN" --partition "$AWS_BATCH_JOB_ARRAY_INDEX" --workers "$CORES"')
	submit credsieve-publish "$confirm" 1 1 'exec credsieve-cloud publish "$RUN" --out "$OUT"'
}
