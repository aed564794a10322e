// Frames of `ws`, made once for everybody by its own sender, and written past it.
import { Sender, WebSocket, WebSocketServer } from 'ws';

const FINAL_TEXT = { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true };

/** A message as a finished frame. */
export const frame = (told) => Buffer.concat(Sender.frame(Buffer.from(JSON.stringify(told)), FINAL_TEXT));

/** Those who listen at a server, and writing the same bytes to all of them. */
export const listeners = (server) => {
  const listening = new WebSocketServer({ server });
  listening.on('connection', (client) => client.on('error', () => {}));
  return (bytes) => {
    for (const client of listening.clients) {
      if (client.readyState === WebSocket.OPEN) {
        client._socket.write(bytes);
      }
    }
  };
};
