// Socket.IO's broadcast, as its documentation has it.
import { Server } from 'socket.io';
import { listen, posted } from './posted.mjs';

const server = posted((told) => io.emit('told', told));
const io = new Server(server);
listen(server);
