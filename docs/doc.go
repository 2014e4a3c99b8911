// Package docs holds the tests that keep the project's pages true: README.md and OPERATIONS.md.
package docs
