import { ComponentError } from '../../errors/index.js';
import { OutputStream, type Waiting } from '../io/index.js';
import { Fields } from './fields.js';

/** The error of a `result` without a payload. */
const REFUSED = new ComponentError(undefined);

type Tagged = { readonly tag: string; readonly val?: string };

const METHOD = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i;
const SCHEME = /^[a-z][a-z0-9+.-]*$/i;
/** Visible ASCII, and what is beyond it: no spaces and no line breaks. */
const PATH = /^[^\p{Cc}\p{Zs}#]*$/u;
const AUTHORITY = /^[^\p{Cc}\p{Zs}/?#]*$/u;

/**
 * `wasi:http/types.outgoing-body`: takes a body that is sent nowhere, since no request or response leaves an instance.
 */
export class OutgoingBody {
  #written = false;

  constructor(private readonly waiting: Waiting) {}

  write(): OutputStream {
    if (this.#written) throw REFUSED;
    this.#written = true;
    return new OutputStream(this.waiting, { write: () => {} });
  }

  static finish(_body: OutgoingBody, _trailers: Fields | undefined): void {}
}

/** A message has one body, which is handed out once. */
class Message {
  readonly #headers: Fields;
  #body: OutgoingBody | undefined;

  constructor(
    private readonly waiting: Waiting,
    headers: Fields,
  ) {
    this.#headers = Fields.immutable(headers);
  }

  headers(): Fields {
    return Fields.immutable(this.#headers);
  }

  body(): OutgoingBody {
    if (this.#body !== undefined) throw REFUSED;
    this.#body = new OutgoingBody(this.waiting);
    return this.#body;
  }
}

/** `wasi:http/types.outgoing-request`. */
export class OutgoingRequest extends Message {
  #method: Tagged = { tag: 'get' };
  #path: string | undefined;
  #scheme: Tagged | undefined;
  #authority: string | undefined;

  method(): Tagged {
    return this.#method;
  }

  setMethod(method: Tagged): void {
    if (method.tag === 'other' && !METHOD.test(method.val!)) throw REFUSED;
    this.#method = method;
  }

  pathWithQuery(): string | undefined {
    return this.#path;
  }

  setPathWithQuery(path: string | undefined): void {
    if (path !== undefined && !PATH.test(path)) throw REFUSED;
    this.#path = path;
  }

  scheme(): Tagged | undefined {
    return this.#scheme;
  }

  setScheme(scheme: Tagged | undefined): void {
    if (scheme?.tag === 'other' && !SCHEME.test(scheme.val!)) throw REFUSED;
    this.#scheme = scheme;
  }

  authority(): string | undefined {
    return this.#authority;
  }

  setAuthority(authority: string | undefined): void {
    if (authority !== undefined && !AUTHORITY.test(authority)) throw REFUSED;
    this.#authority = authority;
  }
}

/** `wasi:http/types.outgoing-response`. */
export class OutgoingResponse extends Message {
  #status = 200;

  statusCode(): number {
    return this.#status;
  }

  setStatusCode(status: number): void {
    if (status < 100 || status > 999) throw REFUSED;
    this.#status = status;
  }
}

/** `wasi:http/types.request-options`: nanoseconds. */
export class RequestOptions {
  #connect: bigint | undefined;
  #firstByte: bigint | undefined;
  #betweenBytes: bigint | undefined;

  connectTimeout(): bigint | undefined {
    return this.#connect;
  }

  setConnectTimeout(duration: bigint | undefined): void {
    this.#connect = duration;
  }

  firstByteTimeout(): bigint | undefined {
    return this.#firstByte;
  }

  setFirstByteTimeout(duration: bigint | undefined): void {
    this.#firstByte = duration;
  }

  betweenBytesTimeout(): bigint | undefined {
    return this.#betweenBytes;
  }

  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.#betweenBytes = duration;
  }
}
