// What every server of Node here has beside its sockets: messages are posted to it as JSON, and told to everybody.
import { createServer } from 'node:http';

/** A server that tells what it is posted, read and written as JSON once. */
export const posted = (tell) =>
  createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      tell(JSON.parse(Buffer.concat(pieces).toString()));
      response.end('{}');
    });
  });

/** Listens where nobody does, and says where. */
export const listen = (server) =>
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
