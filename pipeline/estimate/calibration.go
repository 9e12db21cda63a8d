package estimate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// SchemaVersion is that of calibration files.
const SchemaVersion = 1

// Calibration is what a machine takes for each thing that a run does, as a short measurement found it. Seconds are those of one
// core, user and system; what they are for is said in each name.
type Calibration struct {
	SchemaVersion int     `json:"schema_version"`
	Machine       Machine `json:"machine"`
	Build         Build   `json:"build"`
	Screen        Screen  `json:"screen"`
	Confirm       Confirm `json:"confirm"`
	Publish       Publish `json:"publish"`
	// StartSeconds are those of a process before it begins, OpenSeconds those of opening an index without its filter.
	StartSeconds float64 `json:"start_seconds"`
	OpenSeconds  float64 `json:"open_seconds"`
	// CheckSeconds are those of the SHA-256 of a byte: what an index is read by, page by page.
	CheckSeconds float64 `json:"check_seconds_per_byte"`
}

// Machine is where it was measured.
type Machine struct {
	Processor string `json:"processor,omitempty"`
	Arch      string `json:"arch"`
	Cores     int    `json:"cores"`
	Version   string `json:"version"` // of credsieve
}

// Build is what building an index takes for each account.
type Build struct {
	TaskSeconds    float64 `json:"task_seconds"` // of an index of no account
	AccountSeconds float64 `json:"account_seconds"`
	ReadSeconds    float64 `json:"read_seconds"` // of these, what one goroutine does: reading the export
	AccountBytes   float64 `json:"account_bytes"`
	Accounts       int64   `json:"accounts"` // that it was measured with
}

// Screen is what screening takes.
type Screen struct {
	TaskSeconds float64  `json:"task_seconds"` // of a shard, whatever is in it
	PairBytes   float64  `json:"pair_bytes"`   // sealed, of a pair that is handed on
	Formats     []Format `json:"formats"`
	Accounts    int64    `json:"accounts"` // of the index that it was measured with
}

// Format is what records of a format take.
type Format struct {
	Name          string  `json:"name"`
	RecordBytes   float64 `json:"record_bytes"` // as they lie on the disk
	RecordSeconds float64 `json:"record_seconds"`
	ReadSeconds   float64 `json:"read_seconds"` // of these, what one goroutine does
	HitSeconds    float64 `json:"hit_seconds"`  // what a record takes beside, that names an account
}

// Confirm is what confirming takes.
type Confirm struct {
	TaskSeconds  float64  `json:"task_seconds"`  // of a partition, whatever is in it
	ShardSeconds float64  `json:"shard_seconds"` // of asking a shard for the candidates of a partition
	PairSeconds  float64  `json:"pair_seconds"`  // of a pair, without its verifications
	PairBytes    float64  `json:"pair_bytes"`    // sealed, of what became of a pair
	Readings     float64  `json:"readings"`      // verifications of a pair that was measured: of some dumps a text can be read in several ways
	Schemes      []Scheme `json:"schemes"`
}

// Scheme is what verifications of a kind of stored hash take, put together as the machine does.
type Scheme struct {
	Name    string  `json:"name"` // scheme and costs, as index inspect shows them
	Seconds float64 `json:"seconds"`
	Memory  int64   `json:"memory_bytes"`
}

// Publish is what publishing takes.
type Publish struct {
	TaskSeconds    float64 `json:"task_seconds"`    // whatever is published
	AccountSeconds float64 `json:"account_seconds"` // of an account that was met
	FindingSeconds float64 `json:"finding_seconds"` // what a finding takes beside
	AccountBytes   float64 `json:"account_bytes"`   // of the run directory
	FindingBytes   float64 `json:"finding_bytes"`   // likewise
}

// maxCalibration is far more than every known scheme and format takes.
const maxCalibration = 1 << 20

// ParseCalibration reads a calibration as Text writes it, and refuses what cannot have been measured.
func ParseCalibration(text []byte) (*Calibration, error) {
	if len(text) > maxCalibration {
		return nil, fmt.Errorf("it is longer than %d bytes", maxCalibration)
	}
	c := new(Calibration)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(c); err != nil {
		return nil, fmt.Errorf("it is not a calibration: %w", err)
	}
	if c.SchemaVersion != SchemaVersion {
		return nil, fmt.Errorf("it has schema version %d, this program reads %d; measure again", c.SchemaVersion, SchemaVersion)
	}
	return c, c.check()
}

// Text is the calibration as a file.
func (c *Calibration) Text() ([]byte, error) {
	text, err := json.MarshalIndent(c, "", "  ")
	return append(text, '\n'), err
}

func (c *Calibration) check() error {
	figures := map[string]float64{
		"start_seconds": c.StartSeconds, "open_seconds": c.OpenSeconds, "check_seconds_per_byte": c.CheckSeconds,
		"build.task_seconds": c.Build.TaskSeconds, "build.account_seconds": c.Build.AccountSeconds, "build.read_seconds": c.Build.ReadSeconds,
		"build.account_bytes": c.Build.AccountBytes, "build.accounts": float64(c.Build.Accounts),
		"screen.task_seconds": c.Screen.TaskSeconds, "screen.pair_bytes": c.Screen.PairBytes,
		"screen.accounts": float64(c.Screen.Accounts), "confirm.task_seconds": c.Confirm.TaskSeconds,
		"confirm.shard_seconds": c.Confirm.ShardSeconds, "confirm.pair_seconds": c.Confirm.PairSeconds,
		"confirm.pair_bytes": c.Confirm.PairBytes, "confirm.readings": c.Confirm.Readings, "publish.task_seconds": c.Publish.TaskSeconds, "publish.account_seconds": c.Publish.AccountSeconds,
		"publish.finding_seconds": c.Publish.FindingSeconds, "publish.account_bytes": c.Publish.AccountBytes,
		"publish.finding_bytes": c.Publish.FindingBytes,
	}
	for _, f := range c.Screen.Formats {
		of := "screen.formats." + f.Name + "."
		figures[of+"record_bytes"], figures[of+"record_seconds"] = f.RecordBytes, f.RecordSeconds
		figures[of+"read_seconds"], figures[of+"hit_seconds"] = f.ReadSeconds, f.HitSeconds
	}
	for _, s := range c.Confirm.Schemes {
		of := "confirm.schemes." + s.Name + "."
		figures[of+"seconds"], figures[of+"memory_bytes"] = s.Seconds, float64(s.Memory)
	}
	var wrong []string
	for name, figure := range figures {
		if !(figure >= 0) || math.IsInf(figure, 0) { // written so that NaN fails too
			wrong = append(wrong, name)
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s is not a figure from 0 up", slices.Min(wrong))
	}
	if len(c.Screen.Formats) == 0 {
		return errors.New("it has no format of dumps")
	}
	return nil
}

// format returns what records of a format take.
func (c *Calibration) format(name string) (Format, error) {
	i := slices.IndexFunc(c.Screen.Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, fmt.Errorf("the calibration has no format %q, it has %s", name, strings.Join(c.FormatNames(), ", "))
	}
	return c.Screen.Formats[i], nil
}

// FormatNames are the formats that were measured.
func (c *Calibration) FormatNames() []string {
	names := make([]string, len(c.Screen.Formats))
	for i := range names {
		names[i] = c.Screen.Formats[i].Name
	}
	return names
}

// Missing are those kinds of stored hashes of a load that were not measured.
func (c *Calibration) Missing(kinds []Kind) (missing []Kind) {
	for _, k := range kinds {
		if _, ok := c.scheme(k.Name); !ok {
			missing = append(missing, k)
		}
	}
	return missing
}

func (c *Calibration) scheme(name string) (Scheme, bool) {
	i := slices.IndexFunc(c.Confirm.Schemes, func(s Scheme) bool { return s.Name == name })
	if i < 0 {
		return Scheme{}, false
	}
	return c.Confirm.Schemes[i], true
}
