package server

import "sync"

// pulse tells those who wait that something has happened. They find out themselves what it was, so nothing is queued for them.
type pulse struct {
	mu    sync.Mutex
	count uint64
	more  chan struct{} // closed at the next beat; nil until somebody waits
}

// beat costs next to nothing while nobody waits.
func (p *pulse) beat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	if p.more != nil {
		close(p.more)
		p.more = nil
	}
}

// watch returns how many beats there were, and a channel that is closed at the next.
func (p *pulse) watch() (uint64, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.more == nil {
		p.more = make(chan struct{})
	}
	return p.count, p.more
}
