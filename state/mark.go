package state

import (
	"slices"

	"github.com/benbjohnson/immutable"
)

// Mark is how far a transaction has come.
type Mark struct {
	staged  *immutable.SortedMap[string, []byte]
	derived []values
}

// Mark notes how far the transaction has come, for Undo.
func (tx *Tx) Mark() Mark {
	tx.mustWrite()
	return Mark{tx.staged, slices.Clone(tx.derived)}
}

// Undo takes back what was written since the mark. Work that was asked for at the end is done all the same: it looks at what
// there is then.
func (tx *Tx) Undo(m Mark) {
	tx.mustWrite()
	tx.staged, tx.derived = m.staged, slices.Clone(m.derived)
}
