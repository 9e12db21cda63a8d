"""Run a scan as tasks of Apache Spark: spark-submit scan.py --index DIR --run RUN_URL --out RUN DUMP...

The key is named by CREDSIEVE_KEY_FILE, on the driver and on every worker. Spark moves numbers only: what tasks find goes sealed to
RUN_URL, a folder that all machines share. A task that fails is tried again by Spark, and with spark.speculation=true a slow one
runs twice; both leave one result. Further flags of "credsieve plan" and "credsieve publish" go into PLAN_FLAGS and PUBLISH_FLAGS.
"""
import argparse
import json
import os
import shlex
import subprocess
import sys

from pyspark.sql import SparkSession


def credsieve(*args):
    """Run a command on this machine, and return what it prints."""
    return subprocess.run([os.environ.get("CREDSIEVE", "credsieve"), *args], check=True, stdout=subprocess.PIPE, text=True).stdout


def task(program, key_file, args, cores):
    """What a worker does with the number of a task."""

    def run(number):
        env = {**os.environ, "CREDSIEVE_KEY_FILE": key_file}
        command = [program, "task", *args, str(number), "--workers", str(cores)]
        done = subprocess.run(command, env=env, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"task {number} ended with exit code {done.returncode}: {done.stderr.strip()}")
        return number

    return run


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("dumps", nargs="+")
    o = parser.parse_args()

    flags = shlex.split(os.environ.get("PLAN_FLAGS", ""))
    plan = json.loads(credsieve("plan", "--index", o.index, "--out", o.run, "--json", *flags, *o.dumps))

    spark = SparkSession.builder.appName("credsieve").getOrCreate()
    context = spark.sparkContext
    cores = int(context.getConf().get("spark.task.cpus", "1"))
    program, key_file = os.environ.get("CREDSIEVE", "credsieve"), os.environ["CREDSIEVE_KEY_FILE"]
    for args, count in (
        (("screen", o.run, "--shard"), plan["shards"]),
        (("confirm", o.run, "--partition"), plan["partitions"]),
    ):
        # One number a partition, so that Spark starts, repeats and doubles each task alone. The next stage waits for all.
        done = context.parallelize(range(count), count).map(task(program, key_file, args, cores)).collect()
        print(f"{args[0]}: {len(done)} tasks done", file=sys.stderr)
    spark.stop()

    flags = shlex.split(os.environ.get("PUBLISH_FLAGS", ""))
    published = subprocess.run([program, "publish", o.run, "--out", o.out, *flags])
    sys.exit(published.returncode)


if __name__ == "__main__":
    main()
