/**
 * `wasi:http`: complete as an interface. Messages can be made, as language runtimes do at their start; sending one answers
 * `HTTP-request-denied`. Imports `errors`, `grants` and `wasi/io`.
 */
import { ComponentError } from '../../errors/index.js';
import type { Permissions } from '../../grants/index.js';
import { neverMade, type Waiting } from '../io/index.js';
import { Fields } from './fields.js';
import { OutgoingBody, OutgoingRequest, OutgoingResponse, RequestOptions } from './messages.js';

/** One for all: making an error is slower than the call it answers. */
const DENIED = new ComponentError({ tag: 'HTTP-request-denied' });

const IncomingRequest = neverMade('IncomingRequest', [
  'method',
  'pathWithQuery',
  'scheme',
  'authority',
  'headers',
  'consume',
]);
const IncomingResponse = neverMade('IncomingResponse', ['status', 'headers', 'consume']);
const FutureIncomingResponse = neverMade('FutureIncomingResponse', ['subscribe', 'get']);
const FutureTrailers = neverMade('FutureTrailers', ['subscribe', 'get']);
const IncomingBody = Object.assign(neverMade('IncomingBody', ['stream']), { finish: nobodyHasOne });
const ResponseOutparam = Object.assign(neverMade('ResponseOutparam', ['sendInformational']), { set: nobodyHasOne });

function nobodyHasOne(): never {
  throw new Error('nobody has one');
}

/** The interfaces of `wasi:http` 0.2 for one instance. */
export function httpInterfaces(permissions: Permissions, waiting: Waiting): Record<string, object> {
  return {
    'wasi:http/types@0.2.12': {
      Fields,
      IncomingRequest,
      OutgoingRequest: class extends OutgoingRequest {
        constructor(headers: Fields) {
          super(waiting, headers);
        }
      },
      RequestOptions,
      ResponseOutparam,
      IncomingResponse,
      IncomingBody,
      FutureTrailers,
      OutgoingResponse: class extends OutgoingResponse {
        constructor(headers: Fields) {
          super(waiting, headers);
        }
      },
      OutgoingBody,
      FutureIncomingResponse,
      httpErrorCode: () => undefined,
    },
    'wasi:http/outgoing-handler@0.2.12': {
      handle: (request: OutgoingRequest) => {
        permissions.denied('http', addressOf(request));
        throw DENIED;
      },
    },
  };
}

function addressOf(request: OutgoingRequest): string {
  const scheme = request.scheme();
  const name = scheme === undefined ? 'https' : (scheme.val ?? scheme.tag).toLowerCase();
  return `${name}://${request.authority() ?? ''}${request.pathWithQuery() ?? '/'}`;
}
