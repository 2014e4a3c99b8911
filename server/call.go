package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server/op"
	"github.com/ipam-local/ipam-local/server/wire"
	"github.com/ipam-local/ipam-local/state"
	"github.com/ipam-local/ipam-local/stsapi"
)

// maxBody is the largest request; EC2's own ones are far smaller.
const maxBody = 1 << 20

// call is one request on its way. What is found out about it on the way stays for the answer and the log.
type call struct {
	server  *Server
	http    *http.Request
	id      string
	start   time.Time
	service *service
	op      op.Op
	caller  op.Caller
}

// run does what the request asks for.
func (c *call) run(w http.ResponseWriter) (any, error) {
	request, readErr := c.read(w)
	cred, authErr := readCredential(c.http)
	c.service = c.server.serviceOf(cred.service, request.Query)
	if c.service == nil {
		c.service = c.server.services["ec2"] // its dialect, for want of the right one
		return nil, clientError("InvalidAction", fmt.Sprintf("The service %s is not served by ipam-local.", cred.service))
	}
	if readErr != nil {
		return nil, readErr
	}
	if authErr != nil {
		return nil, authErr
	}
	c.caller = stsapi.Caller(cred.accessKey, cred.region)
	name, err := c.service.codec.Operation(request)
	if err != nil {
		return nil, err
	}
	operation, ok := c.service.operations[name]
	if !ok {
		return nil, c.service.codec.UnknownOperation(name)
	}
	c.op = operation
	in := reflect.New(operation.Input).Interface()
	if err := c.service.codec.Decode(request, name, in); err != nil {
		return nil, err
	}
	return c.do(in)
}

// read takes the whole request in.
func (c *call) read(w http.ResponseWriter) (*wire.Request, error) {
	r := &wire.Request{Method: c.http.Method, Path: c.http.URL.EscapedPath(), Query: c.http.URL.Query(), Header: c.http.Header}
	var body bytes.Buffer
	if n := c.http.ContentLength; n > 0 && n <= maxBody {
		body.Grow(int(n))
	}
	_, err := io.Copy(&body, http.MaxBytesReader(w, c.http.Body, maxBody))
	r.Body = body.Bytes()
	switch {
	case isTooLarge(err):
		return r, clientError("RequestEntityTooLarge", fmt.Sprintf("The request is larger than %d bytes.", maxBody))
	case err != nil:
		return r, clientError("MalformedQueryString", "The request could not be read.")
	}
	return r, nil
}

func isTooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}

var errDryRun = clientError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.")

// do calls the operation in a transaction, which a dry run drops at its end: it is the real thing but for that.
func (c *call) do(in any) (out any, err error) {
	dry := member[bool](in, "DryRun")
	work := func(tx *state.Tx) error {
		handle := c.service.call(tx, c.caller)
		if !c.op.Writes {
			out, err = c.op.Do(handle, in)
		} else {
			out, err = c.once(tx, in, func() (any, error) { return c.op.Do(handle, in) })
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
		reply, err = c.service.codec.Encode(c.op.Name, out, c.id)
	}
	code := ""
	if err != nil {
		apiErr := c.public(err)
		code = apiErr.ErrorCode()
		reply = c.service.codec.EncodeError(apiErr, c.id)
	}
	for name, values := range reply.Header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(reply.Body)))
	w.WriteHeader(reply.Status)
	w.Write(reply.Body) //nolint:errcheck // the client has gone; there is nobody left to tell
	c.log(reply.Status, code)
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
	c.server.log.LogAttrs(context.Background(), levelOf(status), c.op.Name, attributes(c, status, code)...)
}

// requestID is a random UUID, as AWS's are.
func requestID() string {
	var b [16]byte
	rand.Read(b[:]) //nolint:errcheck // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func stack() string { return string(debug.Stack()) }
