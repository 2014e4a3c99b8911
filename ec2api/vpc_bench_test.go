package ec2api

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

func BenchmarkCreateVpc(b *testing.B) {
	update := openState(b, DefaultSettings())
	for b.Loop() {
		err := update("111122223333", func(c *Call) error {
			_, err := c.CreateVpc(&ec2.CreateVpcInput{CidrBlock: new("10.0.0.0/16")})
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
