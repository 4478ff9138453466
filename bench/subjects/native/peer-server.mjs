/** Echo servers of the peers, on the socket that the second argument names: `peer-server.mjs grpc|http2 PATH`. */
import http2 from 'node:http2';

const [kind, path] = process.argv.slice(2);
const ready = () => process.stdout.write('ready\n');
process.stdin.on('close', () => process.exit(0)).resume();

if (kind === 'http2') {
  const server = http2.createServer();
  server.on('stream', (stream) => {
    const pieces = [];
    stream.on('data', (piece) => pieces.push(piece));
    stream.on('end', () => {
      stream.respond({ ':status': 200 });
      stream.end(Buffer.concat(pieces));
    });
  });
  server.listen(path, ready);
} else {
  const grpc = await import('@grpc/grpc-js');
  const same = (bytes) => bytes;
  const echo = {
    path: '/bench/echo',
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
  const server = new grpc.Server();
  server.addService({ echo }, { echo: (call, answer) => answer(null, call.request) });
  server.bindAsync(`unix:${path}`, grpc.ServerCredentials.createInsecure(), ready);
}
