package answers

import (
	"fmt"
	"io"
	"time"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/estimate"
)

// Forecast shows on w what a run will take on machines, by a calibration.
func Forecast(w io.Writer, f *estimate.Forecast, c *estimate.Calibration, m estimate.Machines) error {
	n := f.Counts
	terminal.Wrapped(w, "", fmt.Sprintf("%s of %s and %s: %s, %s, %s, %s met, %s",
		terminal.Bytes(n.DumpBytes), counted.Of(n.Records, "record"), counted.Of(n.Accounts, "account"), counted.Of(n.Candidates, "candidate"),
		counted.Of(n.Pairs, "pair"), counted.Of(n.Verifications, "verification"), counted.Of(n.AccountsMet, "account"), counted.Of(n.Findings, "finding")))
	of := c.Machine
	terminal.Wrapped(w, "", fmt.Sprintf("on %d × %d cores with %s, measured on %s (%s, %d cores)", m.Count, m.Cores, terminal.Bytes(m.Memory),
		shown.Text(of.Processor), shown.Text(of.Arch), of.Cores))
	fmt.Fprintln(w)
	times := terminal.NewTable("what it takes", "phase", "tasks", "core-hours", "wall time", "bound by", "cost")
	sizes := terminal.NewTable("what it needs", "phase", "memory", "at once", "disk", "exchange", "read")
	for i := range f.Phases {
		p := &f.Phases[i]
		times.AppendRow(terminal.Row{p.Name, p.Tasks, hours(p.CoreHours), wall(p.WallHours), p.Bound, fmt.Sprintf("%.2f", p.Cost)})
		sizes.AppendRow(terminal.Row{
			p.Name, terminal.Bytes(p.Memory), p.AtOnce, terminal.Bytes(p.Disk), terminal.Bytes(p.Exchange), terminal.Bytes(p.Read),
		})
	}
	times.AppendRow(terminal.Row{"all", "", hours(f.Total.CoreHours), wall(f.Total.WallHours), "", fmt.Sprintf("%.2f", f.Total.Cost)})
	times.Show(w)
	if err := sizes.Print(w); err != nil {
		return err
	}
	for _, note := range f.Notes {
		terminal.Wrapped(w, "note: ", note)
	}
	return nil
}

// hours is rounded to what an estimate can say.
func hours(h float64) string {
	switch {
	case h >= 100:
		return fmt.Sprintf("%.0f", h)
	case h >= 1:
		return fmt.Sprintf("%.1f", h)
	default:
		return fmt.Sprintf("%.2g", h)
	}
}

func wall(h float64) string {
	if h >= 1000 { // a duration would have to be read digit by digit
		return fmt.Sprintf("%.0f days", h/24)
	}
	return terminal.Round(time.Duration(h * float64(time.Hour))).String()
}
