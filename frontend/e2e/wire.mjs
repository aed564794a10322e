// A wire between a browser and the server that can be cut: what a train in a tunnel does.
import { Buffer } from "node:buffer";
import { connect, createServer } from "node:net";
import { performance } from "node:perf_hooks";
import { clearInterval, setInterval } from "node:timers";

/** A server in between: `carry` says how what one end says reaches the other. */
async function between(url, carry, isWhole = () => true) {
  const { hostname, port } = new URL(url);
  const ends = new Set();
  const server = createServer((near) => {
    if (!isWhole()) return near.destroy();
    const far = connect(Number(port), hostname);
    carry(near, far);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      ends.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        ends.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const cut = () => {
    for (const end of ends) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut,
    close() {
      cut();
      return new Promise((closed) => server.close(closed));
    },
  };
}

export async function wireTo(url) {
  let whole = true;
  const carry = (near, far) => {
    near.pipe(far);
    far.pipe(near);
  };
  const wire = await between(url, carry, () => whole);
  return {
    url: wire.url,
    cut() {
      whole = false;
      wire.cut();
    },
    mend() {
      whole = true;
    },
    close() {
      this.cut();
      return wire.close();
    },
  };
}

/** The frames of a websocket that are whole in these bytes, and what is left */
function framesOf(bytes) {
  const frames = [];
  for (;;) {
    const short = bytes.length >= 2 ? bytes[1] & 0x7f : 0;
    const head = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (bytes.length < head) return { frames, rest: bytes };
    const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
    if (bytes.length < head + length) return { frames, rest: bytes };
    frames.push(bytes.subarray(0, head + length));
    bytes = bytes.subarray(head + length);
  }
}

/**
 * A wire on which what the server says over the one live connection can be held back, and then let through at so many
 * messages a second. Everything else passes as it comes.
 */
export async function pacedWireTo(url) {
  let held = [];
  let pace = Infinity;
  let began = 0;
  let sent = 0;
  let through = 0;
  function pass() {
    const due = pace === Infinity ? held.length : Math.min(held.length, Math.floor(((performance.now() - began) / 1000) * pace) - sent);
    for (const { near, frame } of held.splice(0, due)) {
      if (!near.destroyed) near.write(frame);
      sent += 1;
      through += 1;
    }
  }
  const timer = setInterval(pass, 10);
  const wire = await between(url, (near, far) => {
    let live;
    let rest = Buffer.alloc(0);
    let greeted = false;
    near.on("data", (bytes) => {
      live ??= bytes.toString("latin1").startsWith("GET /api/live");
      far.write(bytes);
    });
    far.on("data", (bytes) => {
      if (!live) return near.write(bytes);
      rest = Buffer.concat([rest, bytes]);
      if (!greeted) {
        const end = rest.indexOf("\r\n\r\n");
        if (end < 0) return;
        near.write(rest.subarray(0, end + 4));
        rest = rest.subarray(end + 4);
        greeted = true;
      }
      const whole = framesOf(rest);
      rest = whole.rest;
      for (const frame of whole.frames) held.push({ near, frame });
      pass();
    });
  });
  return {
    url: wire.url,
    hold() {
      pace = 0;
    },
    let(many) {
      [pace, began, sent] = [many, performance.now(), 0];
    },
    /** How many messages came through so far */
    through: () => through,
    /** Waits until so many messages are held back: at least, and if it is said at most. */
    async holds(least, most = Infinity) {
      while (held.length < least || held.length > most) await new Promise((wait) => setTimeout(wait, 20));
    },
    close() {
      clearInterval(timer);
      return wire.close();
    },
  };
}
