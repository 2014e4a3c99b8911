package server_test

import (
	"strings"
	"testing"

	"github.com/ipam-local/ipam-local/server"
)

// A pool can hold more than one transaction can delete.
func TestACascadeDeletesAFullPool(t *testing.T) {
	s := newServer(t, server.Options{})
	pool := newPool(t, s)
	fill(t, s, pool, 12_000)
	post(t, s, "Action", "DeleteIpamPool", "IpamPoolId", pool, "Cascade", "true")
	if left := post(t, s, "Action", "DescribeIpamPoolAllocations"); strings.Contains(left, "ipamPoolAllocationId") {
		t.Errorf("allocations of a deleted pool are left: %.300s", left)
	}
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}
