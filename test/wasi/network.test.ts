import { describe, expect, it } from 'vitest';
import { Fields } from '../../src/wasi/http/fields.js';
import { makeContext, outcome } from './context.js';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe('wasi:sockets, which nobody can be granted yet', () => {
  it('a network handle is inert, and an error of a stream is none of the network', () => {
    const { face, permissions } = makeContext();
    expect(face('wasi:sockets/instance-network').instanceNetwork!()).toBeTypeOf('object');
    expect(face('wasi:sockets/network').networkErrorCode!({})).toBeUndefined();
    expect(permissions.denials).toEqual([]);
  });

  it.each([
    ['tcp-create-socket', 'createTcpSocket', ['ipv4'], 'tcp'],
    ['udp-create-socket', 'createUdpSocket', ['ipv6'], 'udp'],
    ['ip-name-lookup', 'resolveAddresses', [{}, 'example.com'], 'example.com'],
  ])('%s answers access-denied and records what was asked for', (name, func, args, target) => {
    const { face, permissions } = makeContext();
    expect(outcome(() => face(`wasi:sockets/${name}`)[func]!(...args))).toEqual({ error: 'access-denied' });
    expect(permissions.denials).toMatchObject([{ kind: 'net', target }]);
  });
});

describe('wasi:http, which nobody can be granted yet', () => {
  it('a request can be made, and sending it is denied', () => {
    const { face, permissions } = makeContext();
    const types = face('wasi:http/types') as any;
    const request = new types.OutgoingRequest(Fields.fromList([['accept', bytes('*/*')]]));
    request.setMethod({ tag: 'post' });
    request.setScheme({ tag: 'HTTPS' });
    request.setAuthority('example.com:8443');
    request.setPathWithQuery('/a?b=c');
    const body = request.body();
    body.write().write(bytes('hello'));
    types.OutgoingBody.finish(body, undefined);
    expect(request.method()).toEqual({ tag: 'post' });
    expect(request.headers().get('Accept').map(String)).toEqual([String(bytes('*/*'))]);
    const sent = outcome(() => face('wasi:http/outgoing-handler').handle!(request, undefined));
    expect(sent).toEqual({ error: { tag: 'HTTP-request-denied' } });
    expect(permissions.denials).toMatchObject([{ kind: 'http', target: 'https://example.com:8443/a?b=c' }]);
  });

  it('a message has one body and a body one stream', () => {
    const types = makeContext().face('wasi:http/types') as any;
    for (const message of [new types.OutgoingRequest(new Fields()), new types.OutgoingResponse(new Fields())]) {
      const body = message.body();
      expect(outcome(() => message.body())).toEqual({ error: undefined });
      body.write();
      expect(outcome(() => body.write())).toEqual({ error: undefined });
    }
  });

  const refusals: [name: string, call: (types: any) => unknown][] = [
    ['a method with a space', (t) => request(t).setMethod({ tag: 'other', val: 'GET /' })],
    ['a scheme with a slash', (t) => request(t).setScheme({ tag: 'other', val: 'ht/tp' })],
    ['a path with a line break', (t) => request(t).setPathWithQuery('/a\r\nHost: b')],
    ['an authority with a slash', (t) => request(t).setAuthority('a/b')],
    ['the status 99', (t) => new t.OutgoingResponse(new Fields()).setStatusCode(99)],
  ];
  const request = (types: any) => new types.OutgoingRequest(new Fields());
  it.each(refusals)('%s is refused', (_, call) => {
    expect(outcome(() => call(makeContext().face('wasi:http/types')))).toEqual({ error: undefined });
  });

  it('timeouts are kept', () => {
    const types = makeContext().face('wasi:http/types') as any;
    const options = new types.RequestOptions();
    expect(options.connectTimeout()).toBeUndefined();
    options.setConnectTimeout(1n);
    options.setFirstByteTimeout(2n);
    options.setBetweenBytesTimeout(3n);
    expect([options.connectTimeout(), options.firstByteTimeout(), options.betweenBytesTimeout()]).toEqual([1n, 2n, 3n]);
  });
});

describe('header fields', () => {
  const values = (fields: Fields, name: string) => fields.get(name).map((value) => Buffer.from(value).toString());

  it('keep their order and are found without regard to case', () => {
    const fields = Fields.fromList([
      ['Accept', bytes('a')],
      ['X-One', bytes('1')],
      ['accept', bytes('b')],
    ]);
    expect(values(fields, 'ACCEPT')).toEqual(['a', 'b']);
    expect(fields.has('x-one')).toBe(true);
    fields.set('accept', [bytes('c')]);
    expect(fields.entries().map(([name]) => name)).toEqual(['X-One', 'accept']);
    fields.delete('X-ONE');
    expect(fields.has('x-one')).toBe(false);
  });

  it('a clone is another list, and those of a message cannot be changed', () => {
    const fields = Fields.fromList([['a', bytes('1')]]);
    const copy = fields.clone();
    copy.append('a', bytes('2'));
    expect(values(fields, 'a')).toEqual(['1']);
    expect(outcome(() => Fields.immutable(fields).append('a', bytes('2')))).toEqual({ error: { tag: 'immutable' } });
  });

  it.each([
    ['a name with a blank', 'a b', '', 'invalid-syntax'],
    ['an empty name', '', '', 'invalid-syntax'],
    ['a value with a line break', 'a', 'b\r\nc', 'invalid-syntax'],
    ['a value with NUL', 'a', '\0', 'invalid-syntax'],
    ['what belongs to the connection', 'Transfer-Encoding', 'chunked', 'forbidden'],
    ['the host', 'Host', 'a', 'forbidden'],
    ['more than 128 KiB', 'a', 'x'.repeat(131_073), 'forbidden'],
  ])('%s is refused', (_, name, value, tag) => {
    expect(outcome(() => new Fields().append(name, bytes(value)))).toEqual({ error: { tag } });
    expect(outcome(() => Fields.fromList([[name, bytes(value)]]))).toEqual({ error: { tag } });
  });

  it('128 KiB in small pieces are the limit as well, and deleting makes room', () => {
    const fields = new Fields();
    const kib = bytes('x'.repeat(1023));
    for (let i = 0; i < 128; i++) fields.append('a', kib);
    expect(outcome(() => fields.append('a', kib))).toEqual({ error: { tag: 'forbidden' } });
    fields.delete('a');
    expect(outcome(() => fields.append('a', kib))).toEqual({ value: undefined });
  });
});
