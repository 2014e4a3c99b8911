package server

import (
	"sync"
	"time"
)

// clock is the program's only notion of now. It runs with the machine's until somebody moves or stops it.
type clock struct {
	mu     sync.Mutex
	offset time.Duration
	frozen time.Time // zero while it runs
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nowLocked()
}

func (c *clock) nowLocked() time.Time {
	if !c.frozen.IsZero() {
		return c.frozen
	}
	return time.Now().Add(c.offset).UTC().Round(0) // without the monotonic reading: it would not follow set
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setLocked(t)
}

func (c *clock) setLocked(t time.Time) {
	c.offset = time.Until(t)
	if !c.frozen.IsZero() {
		c.frozen = t.UTC()
	}
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setLocked(c.nowLocked().Add(d))
}

func (c *clock) freeze(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.nowLocked()
	c.frozen = time.Time{}
	if on {
		c.frozen = now
		return
	}
	c.setLocked(now)
}

func (c *clock) isFrozen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.frozen.IsZero()
}
