// `ws`, with what is told in one turn of the event loop joined into one write for each socket.
import { frame, listeners } from './frames.mjs';
import { listen, posted } from './posted.mjs';

let waiting = [];

const server = posted((told) => {
  if (waiting.length === 0) {
    setImmediate(writeAll);
  }
  waiting.push(frame(told));
});
const write = listeners(server);

const writeAll = () => {
  const bytes = Buffer.concat(waiting);
  waiting = [];
  write(bytes);
};

listen(server);
