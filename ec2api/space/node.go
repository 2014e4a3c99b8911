package space

// none is longer than any prefix: nothing is free.
const none = 255

// A node is a block, a prefix in use, both, or the point where two nodes part. There is no node that is none of these,
// so equal contents make equal tries. Nodes that a Space holds are never written to.
type node struct {
	key
	uses  uint32
	block bool

	// The length of the shortest free prefix in the node's range, as if all of the range were in a block, and
	// counting only what is in a block at or below the node. Both are kept because a block may come and go above.
	gap, free uint8

	child [2]*node // in the lower and the upper half
}

// edit returns the trie with the node at k changed: made before, if there was none, and gone after, if it is no longer
// needed. It copies the nodes from the root to k and shares the rest.
func (n *node) edit(k key, change func(*node)) *node {
	if n == nil {
		n = &node{key: k}
		change(n)
		return n.settled()
	}
	at := n.key.common(k)
	c := &node{key: at}
	if at == n.key {
		*c = *n
	} else {
		c.child[n.bit(at.bits)] = n
	}
	if at == k {
		change(c)
	} else {
		side := k.bit(at.bits)
		c.child[side] = c.child[side].edit(k, change)
	}
	return c.settled()
}

// settled returns what stands for a node that was just built: itself with its sums up to date, or, if nothing but the
// way to another node, that one.
func (n *node) settled() *node {
	if !n.block && n.uses == 0 {
		if n.child[0] == nil {
			return n.child[1]
		}
		if n.child[1] == nil {
			return n.child[0]
		}
	}
	n.gap, n.free = none, none
	if n.uses > 0 {
		return n
	}
	n.gap = n.bits
	if !n.child[0].unused() || !n.child[1].unused() {
		r := region{n.key, n, true}
		n.gap = min(r.half(0).shortest(), r.half(1).shortest())
	}
	if n.block {
		n.free = n.gap
	}
	for _, c := range n.child {
		if c != nil {
			n.free = min(n.free, c.free)
		}
	}
	return n
}

// unused reports whether nothing at or below the node is in use.
func (n *node) unused() bool { return n == nil || n.gap == n.bits }

// A place is what a trie holds around a prefix.
type place struct {
	block *node // the outermost block that contains the prefix
	used  bool  // a prefix in use contains it
	under *node // what is inside it
}

func (n *node) find(k key) (at place) {
	for n != nil && n.key.contains(k) {
		if n.block && at.block == nil {
			at.block = n
		}
		at.used = at.used || n.uses > 0
		if n.key == k {
			break
		}
		n = n.child[k.bit(n.bits)]
	}
	if n != nil && k.contains(n.key) {
		at.under = n
	}
	return at
}

// walk calls f for the nodes that overlap k, in address order, until f returns false, and reports whether it never did.
func (n *node) walk(k key, f func(*node) bool) bool {
	if n == nil || !n.overlaps(k) {
		return true
	}
	return f(n) && n.child[0].walk(k, f) && n.child[1].walk(k, f)
}

func (n *node) equal(o *node) bool {
	if n == o || n == nil || o == nil {
		return n == o
	}
	return n.key == o.key && n.block == o.block && n.uses == o.uses &&
		n.child[0].equal(o.child[0]) && n.child[1].equal(o.child[1])
}

// A region is a prefix in a trie, whether it has a node of its own or not. It brings back, for a search, the nodes that
// the trie leaves out.
type region struct {
	key
	node    *node // all that is in the region is at or below this node
	inBlock bool
}

func (r region) half(side int) region {
	h := region{r.key.half(side), r.node, r.inBlock}
	switch {
	case r.node == nil:
	case r.node.bits == r.bits:
		h.node = r.node.child[side]
		h.inBlock = h.inBlock || r.node.block
	case r.node.bit(r.bits) != side:
		h.node = nil
	}
	return h
}

// shortest returns the length of the shortest free prefix in the region.
func (r region) shortest() uint8 {
	switch {
	case !r.inBlock && r.node == nil:
		return none
	case !r.inBlock:
		return r.node.free
	case r.node.unused():
		return r.bits
	case r.node.bits > r.bits:
		return r.bits + 1 // the half where the node is not
	}
	return r.node.gap
}

// lowest returns the first free prefix of that length in the region.
func (r region) lowest(bits uint8) (key, bool) {
	if r.shortest() > bits {
		return key{}, false
	}
	for !r.free() {
		if lower := r.half(0); lower.shortest() <= bits {
			r = lower
		} else {
			r = r.half(1)
		}
	}
	r.key.bits = bits
	return r.key, true
}

// free reports whether all of the region is in a block and free.
func (r region) free() bool { return r.shortest() == r.bits }
