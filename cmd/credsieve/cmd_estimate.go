package main

import (
	"context"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/calibrate"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/told"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/pipeline"
	"github.com/credsieve/credsieve/pipeline/estimate"
	"github.com/credsieve/credsieve/pipeline/review/report"
)

type estimateOptions struct {
	load                              estimate.Load
	machines                          estimate.Machines
	index, calibration                string
	schemes                           []string
	overlap, duplicates, known, reuse shareFlag
	memory, rate, shard               sizeFlag
	json                              bool
}

const estimateLong = `Say beforehand what a run will take: processor time, memory, disk, what tasks hand to each other, wall time and money, for
building the index, screening, confirming and publishing.

Accounts, identifiers and kinds of stored hashes are those of --index, or are said. Kinds are written as "credsieve index inspect"
shows them, of several each with its share of the accounts:

  credsieve estimate --accounts 500000000 --records 20000000000 --scheme 'argon2id m=19456,t=2,p=1: 80%' \
    --scheme 'bcrypt cost=10: 20%' --machines 50 --cores 16 --memory 64GiB --price 0.60

What each step takes is measured on this machine, with synthetic data and the functions of a run, for about ten seconds. With
--calibration FILE the figures are written to FILE when it is not there, and read from it when it is: measure on one of the
machines that will do the work, and ask anywhere.

One machine is a "credsieve scan"; several, or --partitions or --shard-size, are tasks of "credsieve plan". Wall time and cost are
those of machines that do nothing else.` + exitStatus

func newEstimateCommand(e env) *cobra.Command {
	o := estimateOptions{overlap: 0.05, reuse: 0.05, memory: 2 * halfOfMemory(), rate: 500e6, shard: pipeline.DefaultShardSize}
	cmd := &cobra.Command{
		Use:   "estimate --accounts N --records N --scheme KIND",
		Short: "Say beforehand what a run will take, and cost",
		Long:  estimateLong,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			changed := cmd.Flags().Changed
			o.load.Tasks = o.machines.Count > 1 || changed("partitions") || changed("shard-size")
			return runEstimate(cmd.Context(), e, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.index, "index", "", "`directory` of an index that says what else --accounts, --identifiers and --scheme say")
	flags.Int64Var(&o.load.Accounts, "accounts", 0, "`N` accounts")
	flags.Float64Var(&o.load.Identifiers, "identifiers", 1.6, "`N` identifiers of an account, on average")
	flags.StringArrayVar(&o.schemes, "scheme", nil, "`kind` of stored hashes, with its share; may be repeated")
	flags.Int64Var(&o.load.Records, "records", 0, "`N` records in all dumps (required)")
	flags.StringSliceVar(&o.load.Formats, "formats", nil, "formats of the records, a `list` in equal parts, of those that synth writes (default all)")
	flags.Var(&o.overlap, "overlap", "`share` of records that name an account, with a text that may be its password")
	flags.Var(&o.duplicates, "duplicates", "`share` of these that repeat an account and its text")
	flags.Float64Var(&o.load.Readings, "readings", 0,
		"`N` verifications of a pair, by how many ways it can be read (default as measured with synthetic dumps, which are hard to read)")
	flags.Var(&o.known, "known", "`share` of the others that earlier nights have judged, with --state")
	flags.Var(&o.reuse, "reuse", "`share` of the accounts met whose current password has leaked")
	flags.Int64Var(&o.machines.Count, "machines", 1, "`N` machines")
	flags.Int64Var(&o.machines.Cores, "cores", int64(runtime.GOMAXPROCS(0)), "`N` cores of each")
	flags.Var(&o.memory, "memory", "memory `size` of each")
	flags.Float64Var(&o.machines.Price, "price", 0, "`price` of one for an hour, in any currency")
	flags.Var(&o.rate, "read-rate", "`size` that each reads in a second from where dumps and results lie")
	flags.Int64Var(&o.load.Partitions, "partitions", 0, "confirm the accounts in `N` tasks (default as plan chooses)")
	flags.Var(&o.shard, "shard-size", "screen about this `size` of dumps in one task")
	flags.StringVar(&o.calibration, "calibration", "", "`file` of what a machine takes, written when it is not there (default measured each time)")
	flags.BoolVar(&o.json, "json", false, "print JSON instead of tables")
	requireFlags(cmd, "records")
	return cmd
}

func (o *estimateOptions) validate() (err error) {
	if o.index != "" {
		meta, err := index.ReadMeta(o.index)
		if err != nil {
			return err
		}
		if o.load.Accounts == 0 { // else it is another index that is meant
			o.load.FilterBytes, o.load.IndexBytes = int64(meta.Filter.Bits/8), meta.Bytes()
		}
		o.load.Of(meta.Indexed, meta.Identifiers, meta.Costs)
	}
	if len(o.schemes) > 0 {
		if o.load.Kinds, err = estimate.ParseKinds(o.schemes); err != nil {
			return usagef("--scheme: %s", err)
		}
	}
	o.load.Overlap, o.load.Duplicates, o.load.Known, o.load.Reuse = float64(o.overlap), float64(o.duplicates), float64(o.known), float64(o.reuse)
	o.load.ShardSize, o.machines.Memory, o.machines.ReadRate = int64(o.shard), int64(o.memory), int64(o.rate)
	if err := o.load.Check(); err != nil {
		return usagef("%s", err)
	}
	if err := o.machines.Check(); err != nil {
		return usagef("%s", err)
	}
	return nil
}

func runEstimate(ctx context.Context, e env, o estimateOptions) error {
	if err := o.validate(); err != nil {
		return err
	}
	calibration, err := calibrate.Of(ctx, o.calibration, calibrate.Options{
		Kinds: o.load.Kinds, Workers: runtime.GOMAXPROCS(0), Memory: int64(halfOfMemory()), Child: readerChild, Version: version().Version,
		Metrics: told.RunMetrics(version()), Report: report.OfRun(""),
	})
	if err != nil {
		return err
	}
	forecast, err := estimate.New(o.load, o.machines, calibration)
	if err != nil {
		return err
	}
	if o.json {
		return printJSON(e.out, forecast)
	}
	return answers.Forecast(e.out, forecast, calibration, o.machines)
}
