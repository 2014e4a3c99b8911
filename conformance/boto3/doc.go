// Package boto3 is conformance by another client: a script for boto3, which has its own idea of AWS's protocols, and the
// test that runs it.
package boto3
