// Journeys in a real browser against the real server. Several go on at once in one server, as
// people do; the long wait of the main one, for its deadline, is the others' time.
//
// FAIRLOT_BIN names the binary (../target/debug/fairlot if it does not say); FAIRLOT_URL, a
// demonstration without robots that runs already, instead.
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { launch } from "./browser.mjs";
import { award } from "./journeys/award.mjs";
import { connection } from "./journeys/connection.mjs";
import { everybody } from "./journeys/everybody.mjs";
import { keyboard } from "./journeys/keyboard.mjs";
import { demonstration } from "./server.mjs";

const world = {};

before(async () => {
  const given = process.env.FAIRLOT_URL;
  world.server = given ? { url: given, stop: () => {}, said: () => "" } : await demonstration();
  world.url = world.server.url;
  world.browser = await launch();
});

after(async () => {
  await world.browser?.close();
  await world.server?.stop();
});

describe("journeys", { concurrency: 2, timeout: 330_000 }, () => {
  it("a new provider joins, bids, wins, and everybody is told", () => award(world));
  it("a bid survives a dropped connection", () => connection(world));
  it("from the first Tab to an answer without a mouse", () => keyboard(world));
  it("every page is accessible, fits a telephone, and keeps to itself", () => everybody(world));
});
