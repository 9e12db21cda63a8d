"""Run a scan as tasks of Apache Spark: spark-submit scan.py --index DIR --run RUN_URL --out RUN DUMP...

The key is named by CREDSIEVE_KEY_FILE, on the driver and on every worker. Spark moves numbers only: what tasks find goes sealed to
RUN_URL, a bucket or a folder that all machines share. A task that fails is tried again by Spark, and with spark.speculation=true a
slow one runs twice; both leave one result. Further flags of "credsieve plan" and "credsieve publish" go into PLAN_FLAGS and
PUBLISH_FLAGS. The program is "credsieve", or what CREDSIEVE of the driver says.
"""
import argparse
import json
import os
import shlex
import subprocess
import sys
import traceback

from pyspark.sql import SparkSession


def task(command, key_file):
    """What a worker does with the number of a task: run a command in the worker's own environment, where its credentials are.

    RDD.pipe would run it in an empty one, or in one that the driver sends.
    """

    def run(number):
        done = subprocess.run([*command, str(number)], env={**os.environ, "CREDSIEVE_KEY_FILE": key_file},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"task {number} ended with exit code {done.returncode}: {done.stdout.strip()}")
        return number

    return run


def stages(program, run_url, plan):
    """Have Spark run both stages, each task alone. The second one begins when all of the first are done."""
    key_file = os.environ["CREDSIEVE_KEY_FILE"]
    spark = SparkSession.builder.appName("credsieve").getOrCreate()
    try:
        cores = spark.sparkContext.getConf().get("spark.task.cpus", "1")
        for stage, flag, count in ("screen", "--shard", plan["shards"]), ("confirm", "--partition", plan["partitions"]):
            command = [program, "task", stage, run_url, "--workers", cores, flag]
            done = spark.sparkContext.parallelize(range(count), count).map(task(command, key_file)).count()
            print(f"{stage}: {done} tasks done", file=sys.stderr)
    finally:
        spark.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("dumps", nargs="+")
    o = parser.parse_args()
    program = os.environ.get("CREDSIEVE", "credsieve")
    plan_flags, publish_flags = (shlex.split(os.environ.get(name, "")) for name in ("PLAN_FLAGS", "PUBLISH_FLAGS"))

    planned = subprocess.run([program, "plan", "--index", o.index, "--out", o.run, "--json", *plan_flags, *o.dumps],
                             stdout=subprocess.PIPE)
    if planned.returncode != 0:
        sys.exit(planned.returncode)  # it has said why
    try:
        stages(program, o.run, json.loads(planned.stdout))
    except Exception:
        traceback.print_exc()  # publish says which tasks are missing, and publishes nothing
    sys.exit(subprocess.run([program, "publish", o.run, "--out", o.out, *publish_flags]).returncode)


if __name__ == "__main__":
    main()
