// Journeys in a real browser against the real server, on SQLite and on PostgreSQL. Several go on at once in one
// server, as people do; the long wait of the main one, for its deadline, is the others' time.
//
// FAIRLOT_BIN names the binary (../target/debug/fairlot if it does not say), TEST_POSTGRES a PostgreSQL in which
// databases may be made; FAIRLOT_URL a demonstration without robots that runs already, instead of both.
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { launch } from "./browser.mjs";
import { award } from "./journeys/award.mjs";
import { busy } from "./journeys/busy.mjs";
import { clock } from "./journeys/clock.mjs";
import { connection } from "./journeys/connection.mjs";
import { direct } from "./journeys/direct.mjs";
import { everybody } from "./journeys/everybody.mjs";
import { keyboard } from "./journeys/keyboard.mjs";
import { killed } from "./journeys/killed.mjs";
import { prices } from "./journeys/prices.mjs";
import { round } from "./journeys/round.mjs";
import { session } from "./journeys/session.mjs";
import { demonstration, newDatabase } from "./server.mjs";

const { FAIRLOT_URL, TEST_POSTGRES } = process.env;
const worlds = { sqlite: {}, postgres: {} };
let browser;

async function begin(world, database) {
  const running = FAIRLOT_URL && { url: FAIRLOT_URL, stop: () => {}, said: () => "" };
  world.server = running || (await demonstration({ database }));
  world.url = world.server.url;
}

before(async () => {
  if (!FAIRLOT_URL && !TEST_POSTGRES) throw new Error("Run this under scripts/with-postgres.");
  await Promise.all([
    launch().then((launched) => (browser = launched)),
    begin(worlds.sqlite),
    FAIRLOT_URL ? null : newDatabase(TEST_POSTGRES).then((database) => begin(worlds.postgres, database)),
  ]);
  for (const world of Object.values(worlds)) world.browser = browser;
});

after(async () => {
  await browser?.close();
  for (const world of Object.values(worlds)) await world.server?.stop();
});

describe("journeys", { concurrency: 3, timeout: 900_000 }, () => {
  // The longest first, and before others change what the demonstration begins with.
  it("every page is accessible, fits a telephone, and keeps to itself", () => everybody(worlds.sqlite));
  it("a new provider joins, bids, wins, and everybody is told", () => award(worlds.sqlite));
  if (!FAIRLOT_URL) {
    it("the same on PostgreSQL", () => award(worlds.postgres));
    // Where nobody else looks at the demonstration's one round.
    it("a bidder in a ranking round improves its prices, and others read nothing but their own place", () => round(worlds.postgres));
  }
  it("a price in question is asked about, answered and decided", () => prices(worlds.sqlite));
  it("an award without bids is proposed, approved by another, and reviewed where it was urgent", () => direct(worlds.sqlite));
  it("a bid survives a dropped connection", () => connection(worlds.sqlite));
  it("a clock that has leapt is told of on every page, until it is back", () => clock(worlds.sqlite));
  it("a bid survives a session that ends, and a document a dropped connection", () => session(worlds.sqlite));
  it("from the first Tab to a bid without a mouse", () => keyboard(worlds.sqlite));
});

// In a server of their own, which one fills and the other kills, and with nothing else beside them: one measures.
if (!FAIRLOT_URL)
  describe("alone", { concurrency: 1, timeout: 300_000 }, () => {
    const world = {};
    before(async () => {
      world.browser = browser;
      world.server = await demonstration();
      world.url = world.server.url;
    });
    after(() => world.server?.stop());
    it("500 rows and 50 updates a second leave the page free", () => busy(world));
    it("a server that is killed with a bid in its hands has it once when it is back", () => killed(world));
  });
