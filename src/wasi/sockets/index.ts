/**
 * `wasi:sockets`: complete as an interface, and refused. A network handle is inert; making a socket or asking for a name answers
 * `access-denied`. Imports `errors`, `grants` and `wasi/io`.
 */
import { ComponentError } from '../../errors/index.js';
import type { Permissions } from '../../grants/index.js';
import { neverMade } from '../io/index.js';

/** One for all: making an error is slower than the call it answers. */
const ACCESS_DENIED = new ComponentError('access-denied');

/** Nothing follows from holding one. */
class Network {}

const TcpSocket = neverMade('TcpSocket', [
  'startBind',
  'finishBind',
  'startConnect',
  'finishConnect',
  'startListen',
  'finishListen',
  'accept',
  'localAddress',
  'remoteAddress',
  'isListening',
  'addressFamily',
  'setListenBacklogSize',
  'keepAliveEnabled',
  'setKeepAliveEnabled',
  'keepAliveIdleTime',
  'setKeepAliveIdleTime',
  'keepAliveInterval',
  'setKeepAliveInterval',
  'keepAliveCount',
  'setKeepAliveCount',
  'hopLimit',
  'setHopLimit',
  'receiveBufferSize',
  'setReceiveBufferSize',
  'sendBufferSize',
  'setSendBufferSize',
  'subscribe',
  'shutdown',
]);

const UdpSocket = neverMade('UdpSocket', [
  'startBind',
  'finishBind',
  'stream',
  'localAddress',
  'remoteAddress',
  'addressFamily',
  'unicastHopLimit',
  'setUnicastHopLimit',
  'receiveBufferSize',
  'setReceiveBufferSize',
  'sendBufferSize',
  'setSendBufferSize',
  'subscribe',
]);

const IncomingDatagramStream = neverMade('IncomingDatagramStream', ['receive', 'subscribe']);
const OutgoingDatagramStream = neverMade('OutgoingDatagramStream', ['checkSend', 'send', 'subscribe']);
const ResolveAddressStream = neverMade('ResolveAddressStream', ['resolveNextAddress', 'subscribe']);

/** The interfaces of `wasi:sockets` 0.2 for one instance. */
export function socketInterfaces(permissions: Permissions): Record<string, object> {
  const refuse = (target: string): never => {
    permissions.denied('net', target);
    throw ACCESS_DENIED;
  };
  return {
    'wasi:sockets/network@0.2.12': { Network, networkErrorCode: () => undefined },
    'wasi:sockets/instance-network@0.2.12': { instanceNetwork: () => new Network() },
    'wasi:sockets/ip-name-lookup@0.2.12': {
      ResolveAddressStream,
      resolveAddresses: (_network: Network, name: string) => refuse(name),
    },
    'wasi:sockets/tcp@0.2.12': { TcpSocket },
    'wasi:sockets/tcp-create-socket@0.2.12': { createTcpSocket: () => refuse('tcp') },
    'wasi:sockets/udp@0.2.12': { UdpSocket, IncomingDatagramStream, OutgoingDatagramStream },
    'wasi:sockets/udp-create-socket@0.2.12': { createUdpSocket: () => refuse('udp') },
  };
}
