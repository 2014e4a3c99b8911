package roundtrip_test

import (
	"context"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/ipam-local/ipam-local/server/wire"
)

const requestID = "b25f48e8-84fd-11e6-80d9-574e0c4664cb"

// server is a service that has one answer, reached without a network.
type server struct {
	codec     wire.Codec
	in        any // decoded into
	out       any // answered, unless fail is set
	fail      smithy.APIError
	operation string // asked for last
}

// RoundTrip implements http.RoundTripper.
func (s *server) RoundTrip(hr *http.Request) (*http.Response, error) {
	r, err := request(hr)
	if err != nil {
		return nil, err
	}
	reply := s.answer(r)
	return &http.Response{
		StatusCode:    reply.Status,
		Header:        reply.Header,
		Body:          io.NopCloser(strings.NewReader(string(reply.Body))),
		ContentLength: int64(len(reply.Body)),
		Request:       hr,
	}, nil
}

func request(hr *http.Request) (*wire.Request, error) {
	var body []byte
	if hr.Body != nil {
		var err error
		if body, err = io.ReadAll(hr.Body); err != nil {
			return nil, err
		}
	}
	return wire.NewRequest(hr, body)
}

func (s *server) answer(r *wire.Request) wire.Reply {
	codec := s.codec.For(r.Header)
	operation, err := codec.Operation(r)
	if err == nil {
		s.operation = operation
		err = codec.Decode(r, operation, s.in)
	}
	if err == nil && s.fail != nil {
		err = s.fail
	}
	if err != nil {
		return codec.EncodeError(err.(smithy.APIError), requestID)
	}
	reply, err := codec.Encode(operation, s.out, requestID)
	if err != nil {
		panic(err)
	}
	return reply
}

// operation is a method of a client, such as (*ec2.Client).CreateIpam.
type operation struct {
	name    string
	call    reflect.Value
	in, out reflect.Type
}

// operations lists what a client can do, but for what has a map in it, unless the codec knows maps: a few of IAM's have, none
// that is served. Nor does any that is served have a union, which two or three of CloudWatch's have.
func operations(client any, maps bool) []operation {
	v := reflect.ValueOf(client)
	var list []operation
	for i := range v.NumMethod() {
		t := v.Method(i).Type()
		if t.NumIn() == 3 && t.NumOut() == 2 && strings.HasSuffix(t.In(1).String(), "Input") &&
			!has(t.In(1), maps, nil) && !has(t.Out(0), maps, nil) {
			list = append(list, operation{v.Type().Method(i).Name, v.Method(i), t.In(1).Elem(), t.Out(0).Elem()})
		}
	}
	return list
}

// has says whether a union, or a map unless they are allowed, is anywhere in values of the type; seen are the types around it.
func has(t reflect.Type, maps bool, seen []reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Map:
		return !maps
	case reflect.Pointer, reflect.Slice:
		return has(t.Elem(), maps, seen)
	case reflect.Struct:
		if slices.Contains(seen, t) {
			return false
		}
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && !aside[f.Name] && has(f.Type, maps, append(seen, t)) {
				return true
			}
		}
	}
	return false
}

// run calls op on the client that s serves and returns what was sent and what came back.
func (op operation) run(s *server, in filling, out filling) (sent, got any, err error) {
	input, output := reflect.New(op.in), reflect.New(op.out)
	fill(input.Interface(), in)
	if out != none {
		fill(output.Interface(), out)
	}
	s.in, s.out, s.operation = reflect.New(op.in).Interface(), output.Interface(), ""
	results := op.call.Call([]reflect.Value{reflect.ValueOf(context.Background()), input})
	err, _ = results[1].Interface().(error)
	if err == nil {
		results[0].Elem().FieldByName("ResultMetadata").SetZero()
		toUTC(results[0])
	}
	return input.Interface(), results[0].Interface(), err
}

// TestRequests sends each operation with all members filled and compares what the codec read with what was sent.
func TestRequests(t *testing.T) {
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			s := &server{codec: service.codec}
			same := 0
			list := operations(service.client(s), service.maps)
			for _, op := range list {
				sent, _, err := op.run(s, full, none)
				if s.operation != op.name {
					t.Errorf("%s arrived as %q, error %v", op.name, s.operation, err)
				} else if !reflect.DeepEqual(s.in, sent) {
					t.Errorf("%s (error %v): %s", op.name, err, difference(s.in, sent))
				} else {
					same++
				}
			}
			t.Logf("%d of %d requests came out the same", same, len(list))
		})
	}
}

// TestReplies answers each operation with filled, empty and absent members and compares what the client read with what
// was answered.
func TestReplies(t *testing.T) {
	for _, service := range services {
		for _, kind := range []filling{full, empty, none} {
			t.Run(service.name+"/"+kind.String(), func(t *testing.T) { testReplies(t, service, kind) })
		}
	}
}

func testReplies(t *testing.T, service service, kind filling) {
	s := &server{codec: service.codec}
	same := 0
	list := operations(service.client(s), service.maps)
	for _, op := range list {
		_, got, err := op.run(s, full, kind)
		if err != nil {
			t.Errorf("%s: %v", op.name, err)
		} else if !reflect.DeepEqual(got, s.out) {
			t.Errorf("%s: %s", op.name, difference(got, s.out))
		} else {
			same++
		}
	}
	t.Logf("%d of %d replies came out the same", same, len(list))
}
