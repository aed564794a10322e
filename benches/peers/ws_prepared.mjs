// `ws`, with the frame made once and written to each socket.
import { frame, listeners } from './frames.mjs';
import { listen, posted } from './posted.mjs';

const server = posted((told) => write(frame(told)));
const write = listeners(server);
listen(server);
