// A demonstration of its own for each run: the real server, on new data, on a free port.
import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

const BUILT = fileURLToPath(new URL("../../target/debug/fairlot", import.meta.url));
const START_MAX = 90_000;
const STOP_MAX = 10_000;

export async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function answers(url) {
  try {
    return (await fetch(`${url}/api/status`)).ok;
  } catch {
    return false;
  }
}

/** A new, empty database in the PostgreSQL at this address; it is gone when that PostgreSQL is. */
export async function newDatabase(postgres) {
  const name = `journeys_${randomUUID().replaceAll("-", "")}`;
  await run("psql", ["--quiet", "--no-psqlrc", "--command", `create database ${name}`, postgres]);
  const address = new URL(postgres);
  address.pathname = name;
  return address.href;
}

/**
 * Starts Fairlot's demonstration, on SQLite unless another database is named, and returns its address and how
 * to stop it; or to kill it as a loss of power does, and to start it again on the same data.
 */
export async function demonstration({ robots = false, database } = {}) {
  const data = await mkdtemp(join(tmpdir(), "fairlot-journeys-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const binary = process.env.FAIRLOT_BIN ?? BUILT;
  let said = "";
  let child, ended;

  async function start() {
    let failed = null;
    const own = spawn(
      binary,
      [
        ...["demo", "--listen", `127.0.0.1:${port}`, "--data", data],
        ...(robots ? [] : ["--no-robots"]),
        ...(database ? ["--database", database] : []),
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    child = own;
    for (const stream of [own.stdout, own.stderr]) {
      stream.on("data", (words) => {
        said = (said + words).slice(-20_000);
      });
    }
    ended = new Promise((end) => {
      own.on("error", (error) => {
        failed = error;
        end();
      });
      own.on("exit", end);
    });
    const until = Date.now() + START_MAX;
    while (!(await answers(url))) {
      if (failed || own.exitCode !== null || Date.now() > until) {
        await stop();
        throw new Error(`${binary} did not start: ${failed ?? said}`);
      }
      await new Promise((wait) => setTimeout(wait, 100));
    }
  }
  async function stop() {
    const patience = setTimeout(() => child.kill("SIGKILL"), STOP_MAX);
    child.kill("SIGTERM");
    await ended;
    clearTimeout(patience);
    await rm(data, { recursive: true, force: true });
  }
  async function kill() {
    child.kill("SIGKILL");
    await ended;
  }
  await start();
  return { url, stop, kill, again: start, said: () => said };
}
