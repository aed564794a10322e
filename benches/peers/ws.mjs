// The broadcast of the documentation of `ws`, with the text made into bytes once rather than for each client.
import { WebSocket, WebSocketServer } from 'ws';
import { listen, posted } from './posted.mjs';

const server = posted((told) => {
  const message = Buffer.from(JSON.stringify(told));
  for (const client of listening.clients) {
    if (client.readyState === WebSocket.OPEN) {
      client.send(message, { binary: false });
    }
  }
});

const listening = new WebSocketServer({ server });
listening.on('connection', (client) => client.on('error', () => {}));
listen(server);
