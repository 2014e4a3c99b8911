// Package structure holds the test that keeps the picture of the packages in ARCHITECTURE.md true.
package structure
