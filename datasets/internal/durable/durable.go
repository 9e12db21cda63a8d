// Package durable makes what was written last.
package durable

import (
	"errors"
	"os"
)

// SyncDir makes the names in a folder durable, not only the contents behind them.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
