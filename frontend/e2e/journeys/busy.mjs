// A busy market on one screen: 500 rows and 50 updates a second leave the page free for the person in front of it.
//
// Rows and updates are real: every opportunity is published, and every message was said by the server. So that it is
// exactly 50 a second on whatever machine this is, a wire holds the messages back and lets them through by the clock.
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { windowOf } from "../browser.mjs";
import { SignIn } from "../pages.mjs";
import { Program } from "../programs.mjs";
import { pacedWireTo } from "../wire.mjs";

const ROWS = 500;
const A_SECOND = 50;
/** What else a machine does makes a processor slower, and never quicker: the quietest of these counts. */
const TURNS = 3;
const TURN_SECONDS = 3;
/** Of the page's main thread, while that goes on */
const BUSY_MAX = 0.2;
const AT_ONCE = 8;

/** Does this for each, several at once. */
async function each(many, act) {
  const waiting = [...many];
  const own = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await act(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, own));
}

/** Processor time of the main thread, in seconds since it began: what else this machine does is not in it. */
async function meterOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.setTimeDomain", { timeDomain: "threadTicks" });
  await session.send("Performance.enable");
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    const of = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    return { tasks: of.TaskDuration, script: of.ScriptDuration, style: of.RecalcStyleDuration, layout: of.LayoutDuration };
  };
}

export async function busy({ browser, url }) {
  const wire = await pacedWireTo(url);
  const context = await windowOf(browser, wire.url, { reducedMotion: "no-preference" });
  try {
    const broker = await Program.signIn(url, "Brook Broker");
    const publish = await broker.publisher();
    const ids = [];
    await each(Array.from({ length: ROWS }, (_, at) => at), async (at) => {
      // Some close within the hour, and count down by the second.
      const { id } = await publish(`Row ${at}`, at % 5 === 0 ? 50 : 60 * (2 + (at % 40)));
      ids.push(id);
    });

    const page = await context.newPage();
    await new SignIn(page).as("Brook Broker");
    await page.getByText("Live", { exact: true }).waitFor();
    const rows = page.locator(".fl-list > .fl-card");
    await rows.first().waitFor();
    for (let shown = await rows.count(); shown < ROWS; shown = await rows.count()) {
      await page.getByRole("button", { name: "Show more" }).click();
      await page.waitForFunction((before) => document.querySelectorAll(".fl-list > .fl-card").length > before, shown);
    }

    // Everything happens while the wire holds it back: providers say that they will bid, bid, and more is published.
    wire.hold();
    const updates = A_SECOND * (TURNS * TURN_SECONDS + 2);
    const willBid = Math.floor(updates * 0.9);
    const providers = await Promise.all(["Acorn Manager", "Alder Manager"].map((name) => Program.signIn(url, name)));
    await each(Array.from({ length: updates }, (_, at) => at), async (at) => {
      if (at < willBid) await providers[at % 2].post(`/api/opportunities/${ids[Math.floor(at / 2)]}/interest`, { interest: "will_bid" });
      else if (at % 2) await providers[0].bid(ids[at - willBid], { rates: "low", answer: "As the person wishes." });
      else await publish(`More ${at}`, 90);
    });
    await wire.holds(updates);

    // And comes through, 50 a second.
    const measure = await meterOf(page);
    wire.let(A_SECOND);
    await wire.holds(0, updates - A_SECOND);
    const percent = (share) => `${(100 * share).toFixed(1)} %`;
    const turns = [];
    while (turns.length < TURNS) {
      const began = { at: performance.now(), through: wire.through(), ...(await measure()) };
      await new Promise((wait) => setTimeout(wait, TURN_SECONDS * 1000));
      const ended = { at: performance.now(), through: wire.through(), ...(await measure()) };
      const perSecond = (part) => (ended[part] - began[part]) / ((ended.at - began.at) / 1000);
      const [rate, tasks, script, style, layout] = ["through", "tasks", "script", "style", "layout"].map(perSecond);
      const said =
        `${ROWS} rows and ${rate.toFixed(1)} updates a second: the main thread is busy ${percent(tasks)} of the time ` +
        `(script ${percent(script)}, style ${percent(style)}, layout ${percent(layout)})`;
      console.log(said);
      turns.push({ rate, tasks, said });
    }
    const { rate, tasks, said } = turns.toSorted((a, b) => a.tasks - b.tasks)[0];
    assert.ok(rate > A_SECOND * 0.9, `the wire lets ${rate} messages a second through`);
    assert.ok(tasks > 0, "something was measured");
    assert.ok(tasks < BUSY_MAX, `${said}; at most ${percent(BUSY_MAX)}`);

    // None of it was passed over: both said that they will bid on each of these, as far as they are still shown. A list
    // that is read again meanwhile begins with what is new, and ends earlier.
    wire.let(Infinity);
    await page.waitForFunction(
      (changed) => {
        const cards = [...document.querySelectorAll(".fl-list > .fl-card")];
        const counts = cards
          .filter((card) => changed.includes(card.querySelector("h2 a, h3 a").href.split("/").at(-1)))
          .map((card) => [...card.querySelectorAll(".fl-counts > div")].find((one) => one.querySelector("dt").textContent === "will bid"))
          .map((one) => one.querySelector("dd").textContent);
        return counts.length > changed.length / 2 && counts.every((count) => count === "2");
      },
      ids.slice(0, willBid / 2),
    );
    await page.getByRole("button", { name: /^Show \d+ new opportunities$/ }).waitFor();
  } finally {
    await context.close();
    await wire.close();
  }
}
