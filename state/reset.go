package state

// Reset drops all rows.
func (db *DB) Reset() error {
	db.writer.Lock()
	defer db.writer.Unlock()
	return db.replaceLocked(nil, db.catalog.emptyDerived())
}

// resetStep is how many rows of an account one commit drops: with their index entries they stay within Badger's bound.
const resetStep = 1000

// ResetAccount drops the rows whose key's first part is that account, and so its queue entries.
//
// Others see all of it or nothing. A crash in the middle may leave some of the account's
// rows, each with its index entries; calling it again drops them.
func (db *DB) ResetAccount(account string) error {
	db.writer.Lock()
	defer db.writer.Unlock()
	if err := db.whyBroken(); err != nil {
		return err
	}
	at, err := db.pin()
	if err != nil {
		return err
	}
	defer db.unpin(at)
	next := at
	for _, t := range db.catalog.tables {
		for more, from := true, ""; more; {
			tx := db.beginWrite(next, db.Now())
			tx.dropping = true
			if more, from, err = tx.dropSome(t, account, from); err == nil {
				err = tx.commit()
			}
			tx.rows.Discard()
			if err != nil {
				return db.breakDown(err)
			}
			next = tx.at
		}
	}
	if next.due, err = db.firstDue(next); err != nil {
		return db.breakDown(err)
	}
	db.publish(next)
	return nil
}

// dropSome deletes rows of the account from that key on, and reports whether and where to go on.
func (tx *Tx) dropSome(t *table, account, from string) (more bool, next string, err error) {
	prefix, ok := encode([]string{account})
	if !ok {
		return false, "", nil
	}
	n := 0
	for key := range tx.scan(t.prefix+prefix, from) {
		if n == resetStep {
			return true, key, tx.err
		}
		t.deleteRow(tx, key[len(t.prefix):])
		n++
	}
	return false, "", tx.err
}

// IsEmpty reports whether there is no row at all.
func (db *DB) IsEmpty() (empty bool, err error) {
	err = db.View(func(tx *Tx) error {
		for _, t := range db.catalog.tables {
			for range tx.scan(t.prefix, "") {
				return nil
			}
		}
		empty = true
		return nil
	})
	return empty && err == nil, err
}
