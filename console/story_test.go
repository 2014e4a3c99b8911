package console_test

import (
	"testing"

	"github.com/ipam-local/ipam-local/ipamtest"
)

// From nothing to a VPC out of a pool, by clicking only.
func TestFromNothingToAVPC(t *testing.T) {
	b := browse(t, ipamtest.Start(t))
	b.open("/")
	b.sees("has no IPAM in us-east-1")
	b.follow("Create an IPAM")
	b.fill("Name", "main")
	b.press("Create IPAM")
	b.sees("main", "advanced", "us-east-1")

	b.follow("Pools")
	b.follow("Create the first pool")
	b.fill("Name", "top")
	b.fill("First CIDR", "10.0.0.0/8")
	b.press("Create pool")
	b.sees("top", "10.0.0.0/8", "16,777,216 addresses", "It has no locale.")

	b.follow("Create pool below")
	b.fill("Name", "east")
	b.choose("Locale", "us-east-1")
	b.fill("First CIDR", "10.0.0.0/16")
	b.fill("Default netmask length", "24")
	b.press("Create pool")
	b.sees("east", "10.0.0.0/16")

	b.follow("Create VPC")
	b.fill("Name", "shop")
	b.press("Create VPC")
	b.sees("shop", "10.0.0.0/24", "256 addresses")

	b.as(newcomer, "us-east-1", "pools")
	b.sees("top", "east", "0.4 %")
	b.follow("east")
	b.follow("Allocate")
	b.fill("Netmask length", "28")
	b.fill("Description", "vpn")
	b.press("Allocate")
	b.sees("10.0.1.0/28", "16 addresses", "custom")
	b.follow("Release")
	b.press("Release")
	b.misses("10.0.1.0/28")
	b.calm()
}

const newcomer = "111111111111"

// What AWS refuses is said in its own words, and nothing that was typed in is lost.
func TestARefusalKeepsTheForm(t *testing.T) {
	b := browse(t, ipamtest.Start(t))
	b.as(newcomer, "us-east-1", "vpcs/new")
	b.choose("Where its CIDR comes from", "A CIDR of my own")
	b.fill("CIDR", "10.0.0.0/8")
	b.fill("Name", "<b>bold</b>")
	b.press("Create VPC")
	b.sees("InvalidVpc.Range", "The CIDR '10.0.0.0/8' is invalid.")
	b.fill("CIDR", "10.0.0.0/16")
	b.press("Create VPC")
	b.sees("<b>bold</b>", "65,536 addresses")
	b.calm()
}
