package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/ipam-local/ipam-local/state"
)

var schema state.Schema

// clientToken is what a call with a client token did, so that the same call again does nothing more.
type clientToken struct {
	Account   string
	Region    string
	Operation string
	Token     string
	Request   string          // hash of the parameters
	Output    json.RawMessage // the answer
}

var (
	clientTokens = state.NewTable(&schema, "client-token", func(t *clientToken) state.Key {
		return state.Key{t.Account, t.Region, t.Operation, t.Token}
	})
	clientTokensGone = state.NewQueue(&schema, "client-token-gone", func(tx *state.Tx, key state.Key) { clientTokens.Delete(tx, key...) })
)

// How long a token is known; AWS says nothing for IPAM, and at least a day for others of EC2.
// Its length: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
const (
	tokenLife      = 24 * time.Hour
	maxTokenLength = 64
)

// once calls do unless the same client token has already done it, and keeps the answer under the token.
func (c *call) once(tx *state.Tx, in any, do func() (any, error)) (any, error) {
	token := member[string](in, "ClientToken")
	if token == "" {
		return do()
	}
	if len(token) > maxTokenLength || strings.ContainsFunc(token, func(r rune) bool { return r > unicode.MaxASCII }) {
		return nil, c.service.words.badToken(fmt.Sprintf("Value (%s) for parameter ClientToken is invalid. It must have at most %d ASCII characters.", token, maxTokenLength))
	}
	request, err := fingerprint(in)
	if err != nil {
		return nil, err
	}
	key := state.Key{c.caller.Account, c.caller.Region, c.service.name + ":" + c.op.Name, token}
	if known := clientTokens.Get(tx, key...); known != nil {
		if known.Request != request {
			return nil, c.service.words.mismatch
		}
		out := reflect.New(c.op.Output).Interface()
		return out, json.Unmarshal(known.Output, out)
	}
	out, err := do()
	if err != nil {
		return nil, err
	}
	answer, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("keep the answer for a client token: %w", err)
	}
	clientTokens.Put(tx, &clientToken{key[0], key[1], key[2], token, request, answer})
	clientTokensGone.At(tx, tx.Now.Add(tokenLife), key...)
	return out, nil
}

// fingerprint is the same for two requests with the same parameters, the token aside.
func fingerprint(in any) (string, error) {
	text, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("compare requests: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
