package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/server/wire"
	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/stsapi"
)

// defaultRegion is that of a request that is not signed, and so is not for any.
const defaultRegion = "us-east-1"

// maxBody is the largest request; EC2's own ones are far smaller.
const maxBody = 1 << 20

// call is one request on its way. What is found out about it on the way stays for the answer and the log.
type call struct {
	server     *Server
	http       *http.Request
	id         string
	start      time.Time
	service    *service
	codec      wire.Codec // the dialect that the request is in
	name       string     // of the operation, also of one that there is not
	op         op.Op
	input      any // nil if it could not be read
	credential credential
	caller     op.Caller
	ending     *op.Ending // that a fault rule wants; nil: the usual one
}

// run does what the request asks for.
func (c *call) run(w http.ResponseWriter) (any, error) {
	body, bodyErr := c.body(w)
	cred, credErr := readCredential(c.http)
	form := func() url.Values { return parameters(c.http, body) }
	c.service = c.server.serviceOf(cred.service, form)
	if c.service == nil {
		c.service = c.server.services["ec2"] // its dialect, for want of the right one
		c.codec = c.service.codec
		return nil, clientError("InvalidAction", fmt.Sprintf("The service %s is not served by ipam-local.", cred.service))
	}
	c.codec = c.service.codec.For(c.http.Header)
	if errors.Is(credErr, errUnsigned) && slices.Contains(c.service.unsigned, form().Get("Action")) {
		cred.region, credErr = defaultRegion, nil
	}
	if err := cmp.Or(bodyErr, credErr); err != nil {
		return nil, err
	}
	c.credential = cred
	c.caller = op.Caller{Account: stsapi.Account(cred.accessKey), Region: cred.region} // for the log of what gets no further
	request, err := wire.NewRequest(c.http, body)
	if err != nil {
		return nil, err
	}
	in, err := c.decode(request)
	if err != nil {
		return nil, err
	}
	if c.ending, err = c.server.faults.strike(c.http.Context(), c); err != nil {
		return nil, err
	}
	return c.do(in)
}

// decode finds the operation and reads its input.
func (c *call) decode(request *wire.Request) (any, error) {
	name, err := c.codec.Operation(request)
	if err != nil {
		return nil, err
	}
	c.name = name
	operation, ok := c.service.operations[name]
	if !ok {
		return nil, c.codec.UnknownOperation(name)
	}
	c.op = operation
	in := reflect.New(operation.Input).Interface()
	return in, c.codec.Decode(request, name, in)
}

// body takes the body in.
func (c *call) body(w http.ResponseWriter) ([]byte, error) {
	var body bytes.Buffer
	if n := c.http.ContentLength; n > 0 && n <= maxBody {
		body.Grow(int(n))
	}
	_, err := io.Copy(&body, http.MaxBytesReader(w, c.http.Body, maxBody))
	switch {
	case isTooLarge(err):
		return nil, clientError("RequestEntityTooLarge", fmt.Sprintf("The request is larger than %d bytes.", maxBody))
	case err != nil:
		return nil, clientError("MalformedQueryString", "The request could not be read.")
	}
	return body.Bytes(), nil
}

// parameters are those of the URL and of a form, as far as they can be read.
func parameters(r *http.Request, body []byte) url.Values {
	values := r.URL.Query()
	if form, err := url.ParseQuery(string(body)); err == nil {
		maps.Copy(values, form)
	}
	return values
}

func isTooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}

var errDryRun = clientError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.")

// do calls the operation in a transaction, which a dry run drops at its end: it is the real thing but for that.
func (c *call) do(in any) (out any, err error) {
	c.input = in
	if c.service.before != nil {
		if err := c.service.before(c.caller); err != nil {
			return nil, err
		}
	}
	dry := member[bool](in, "DryRun")
	work := func(tx *state.Tx) error {
		if c.caller, err = c.resolve(tx); err != nil {
			return err
		}
		if err = c.authorize(tx, in); err != nil {
			return err
		}
		handle := c.service.call(tx, c.caller, c.name)
		if !c.op.Writes {
			out, err = c.op.Do(handle, in)
		} else {
			out, err = c.once(tx, in, func() (any, error) { return c.perform(handle, in) })
		}
		if err == nil && dry {
			err = errDryRun
		}
		return err
	}
	if c.op.Writes {
		err = c.server.db.Update(work)
	} else {
		err = c.server.db.View(work)
	}
	return out, err
}

// perform calls the operation's method, and has it end as a fault rule wants.
func (c *call) perform(handle, in any) (any, error) {
	do := func() (any, error) { return c.op.Do(handle, in) }
	if c.ending == nil {
		return do()
	}
	return handle.(op.Failing).Fail(*c.ending, do)
}

// resolve finds out who calls. A key that is not accepted has its own code in each service.
func (c *call) resolve(tx *state.Tx) (op.Caller, error) {
	cred := c.credential
	caller, err := stsapi.Resolve(tx, cred.accessKey, cred.token, cred.region)
	switch {
	case errors.Is(err, stsapi.ErrExpired):
		err = c.service.words.expired
	case errors.Is(err, stsapi.ErrInvalidToken):
		err = c.service.words.invalidToken
	}
	return caller, err
}

// member reads an optional member of an input: the zero T if it is absent, or if the operation has none of that name.
func member[T any](in any, name string) (zero T) {
	field := reflect.ValueOf(in).Elem().FieldByName(name)
	if !field.IsValid() {
		return zero
	}
	if p, ok := field.Interface().(*T); ok && p != nil {
		return *p
	}
	return zero
}

// answer writes the one reply to a request.
func (c *call) answer(w http.ResponseWriter, out any, err error) {
	var reply wire.Reply
	if err == nil {
		reply, err = c.codec.Encode(c.op.Name, out, c.id)
	}
	code := ""
	var apiErr smithy.APIError
	if err != nil {
		apiErr = c.public(err)
		code = apiErr.ErrorCode()
		reply = c.codec.EncodeError(apiErr, c.id)
	}
	for name, values := range reply.Header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(reply.Body)))
	c.pause(len(reply.Body))
	w.WriteHeader(reply.Status)
	w.Write(reply.Body) // an error means that the client has gone, and there is nobody left to tell
	c.server.metrics.count(c, code)
	c.server.journal.add(c.entry(c.clientOf(), out, apiErr))
	c.log(reply.Status, code)
}

// pause waits a moment before a large answer over HTTP/1.1. Go's client reports about one such answer in a hundred as
// "use of closed network connection" if it comes before the client has noted that its request is sent, and SDKs for
// Go fail then; see docs/DECISIONS.md for the numbers. HTTP/2 has no such fault.
func (c *call) pause(size int) {
	if c.http.ProtoMajor < 2 && size > 4096 {
		time.Sleep(100 * time.Microsecond)
	}
}

// public is what a client sees of an error: AWS's own errors as they are, and of all others the request id only.
func (c *call) public(err error) smithy.APIError {
	if apiErr, ok := errors.AsType[smithy.APIError](err); ok {
		return apiErr
	}
	c.server.log.Error("internal error", "request", c.id, "operation", c.op.Name, "error", err)
	return &smithy.GenericAPIError{Code: "InternalError", Message: "An internal error has occurred. Request " + c.id, Fault: smithy.FaultServer}
}

func (c *call) log(status int, code string) {
	c.server.log.LogAttrs(context.Background(), levelOf(status), cmp.Or(c.name, "unreadable request"), attributes(c, status, code)...)
}

// requestID is a random UUID, as AWS's are.
func requestID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func stack() string { return string(debug.Stack()) }
