// Bun's own server, with its publishing and subscribing, as its documentation has it.
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    if (request.method === 'POST') {
      server.publish('told', JSON.stringify(await request.json()));
      return new Response('{}');
    }
    return server.upgrade(request) ? undefined : new Response('Only websockets listen here.', { status: 426 });
  },
  websocket: {
    open(client) {
      client.subscribe('told');
    },
    message() {},
  },
});

console.log(`http://127.0.0.1:${server.port}`);
