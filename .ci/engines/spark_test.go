package engines

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// cluster is one of Apache Spark: a master and two workers with a core each.
type cluster struct {
	*place
	master  string // its URL
	workers []*exec.Cmd
}

// sparkHome is where pyspark keeps Spark.
func sparkHome(t *testing.T) string {
	t.Helper()
	out, err := exec.Command(tool(t, "venv/bin/python"), "-c", "import os, pyspark; print(os.path.dirname(pyspark.__file__))").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// sparkEnvironment keeps Spark on this machine and below the place.
func (p *place) sparkEnvironment(t *testing.T) []string {
	t.Helper()
	return []string{
		"SPARK_HOME=" + sparkHome(t), "PYSPARK_PYTHON=" + tool(t, "venv/bin/python"), "SPARK_LOCAL_IP=127.0.0.1",
		"SPARK_LOCAL_DIRS=" + p.path("tmp"), "SPARK_WORKER_DIR=" + p.path("tmp/work"), "SPARK_DAEMON_MEMORY=256m",
		"SPARK_DAEMON_JAVA_OPTS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
		"SPARK_MASTER_OPTS=-Dspark.master.rest.enabled=false", // at a port that may be another's
		"CREDSIEVE=" + top(t, "bin/credsieve-cloud"),
	}
}

// newCluster starts a cluster, and waits for its workers.
func newCluster(t *testing.T, p *place) *cluster {
	t.Helper()
	address := freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{place: p, master: "spark://" + address}
	p.start(t, "master", p.sparkEnvironment(t), sparkHome(t)+"/bin/spark-class", "org.apache.spark.deploy.master.Master",
		"--host", "127.0.0.1", "--port", port, "--webui-port", "0")
	waitFor(t, "Spark's master", func() bool { return answers(address) })
	c.addWorker(t)
	c.addWorker(t)
	waitFor(t, "Spark's workers", func() bool {
		text, err := os.ReadFile(p.path("logs/master"))
		return err == nil && bytes.Count(text, []byte("Registering worker")) == len(c.workers)
	})
	return c
}

func (c *cluster) addWorker(t *testing.T) {
	t.Helper()
	c.workers = append(c.workers, c.start(t, fmt.Sprint("worker", len(c.workers)), c.sparkEnvironment(t), sparkHome(t)+"/bin/spark-class",
		"org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0", c.master))
}

const driverLog = "logs/driver"

// spark runs the scan with the driver that docs/engines has. In each stage a task is killed, and then a whole worker.
func (d *data) spark(t *testing.T) {
	t.Helper()
	c := newCluster(t, d.place)
	r := &tasks{data: d, name: "spark"}
	driver := c.start(t, "driver", append(c.sparkEnvironment(t),
		"PLAN_FLAGS="+strings.Join(d.planFlags("1MiB", 16), " "), "PUBLISH_FLAGS="+strings.Join(guards, " ")),
		sparkHome(t)+"/bin/spark-submit", "--master", c.master, "--conf", "spark.executor.memory=512m", "--conf", "spark.ui.enabled=false",
		"--conf", "spark.speculation=true", "--conf", "spark.driver.host=127.0.0.1",
		top(t, "docs/engines/spark/scan.py"), "--index", d.url("index"), "--run", r.where(), "--out", d.url("lists/spark"), d.url("dumps"))
	ended := make(chan error, 1)
	go func() { ended <- driver.Wait() }()
	for _, stage := range stages {
		c.kill(t, r, stage)
	}
	select {
	case err := <-ended:
		if driver.ProcessState.ExitCode() != partial {
			t.Fatalf("the driver ended with %v", err)
		}
	case <-time.After(patience):
		t.Fatal("the driver does not end")
	}
	d.same(t, "spark")
	said, err := os.ReadFile(d.path(driverLog))
	if lost := bytes.Count(said, []byte("Lost executor")); err != nil || lost < len(stages) {
		t.Errorf("Spark noticed %d lost workers (%v)", lost, err)
	}
}

// noticed is how often Spark said that a task was killed.
func (c *cluster) noticed(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(c.path(driverLog))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(text, []byte("exit code -9"))
}

// kill kills a task of a stage, and then one of the first two workers that are there, with all that it has started.
func (c *cluster) kill(t *testing.T, r *tasks, stage string) {
	t.Helper()
	prey := "task " + stage + " " + r.where() + " "
	running := func(worker int) (id int) {
		for _, p := range below(worker) {
			if strings.Contains(p.args, prey) && !strings.Contains(p.args, "python") {
				return p.id
			}
		}
		return 0
	}
	victim, noticed := c.workers[0], c.noticed(t)
	waitFor(t, "a task of "+stage+" to kill", func() bool {
		id := running(victim.Process.Pid)
		return id != 0 && killRunning(id)
	})
	waitFor(t, "Spark to notice that a task of "+stage+" was killed", func() bool { return c.noticed(t) > noticed })
	waitFor(t, "a worker to kill in "+stage, func() bool { return running(victim.Process.Pid) != 0 })
	// First whoever would start it again.
	for _, p := range below(victim.Process.Pid) {
		killRunning(p.id)
	}
	c.workers = slices.Delete(c.workers, 0, 1)
	c.addWorker(t)
}
