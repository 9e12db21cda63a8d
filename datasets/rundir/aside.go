package rundir

import (
	"context"
	"fmt"
)

// MoveAside gives a run another name in one step, for somebody who will remove it. It refuses a folder that is not a
// whole run, one that holds anything else, and one that is being released.
func MoveAside(ctx context.Context, dir, to string) error {
	unlock, err := lockFolder(dir)
	if err != nil {
		return fmt.Errorf("failed to lock run %q: %w", dir, err)
	}
	defer unlock()
	if _, err := Verify(ctx, dir); err != nil {
		return err
	}
	if err := renameNew(dir, to); err != nil {
		return fmt.Errorf("failed to move run %q: %w", dir, err)
	}
	return nil
}
