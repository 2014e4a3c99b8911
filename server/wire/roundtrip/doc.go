// Package roundtrip is the guard of package wire: it holds only tests. Each operation of each service, with all members
// filled, goes through the real SDK client and comes back the same.
//
// It is a package of its own because service/ec2 takes minutes to compile, and wire's own tests should not.
package roundtrip
