// One message, posted as JSON, to everybody who is connected: the broadcast of the documentation of `ws`, with
// the text made into bytes once rather than for each client.
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const message = Buffer.from(JSON.stringify(JSON.parse(Buffer.concat(pieces).toString())));
    for (const client of listening.clients) {
      if (client.readyState === WebSocket.OPEN) {
        client.send(message, { binary: false });
      }
    }
    response.end('{}');
  });
});

const listening = new WebSocketServer({ server });
listening.on('connection', (client) => client.on('error', () => {}));
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
