// The server is killed, as a loss of power does it, while it has a bid in its hands: the page never claims to know more
// than it does, and when the server is back the bid is in, once.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { windowOf } from "../browser.mjs";
import { Bid, SignIn } from "../pages.mjs";
import { Program } from "../programs.mjs";

const BACK_MAX = 60_000;

export async function killed({ browser, url, server }) {
  const broker = await Program.signIn(url, "Brook Broker");
  const { id } = await broker.publish(`While the lights went out ${randomUUID().slice(0, 8)}`, 30);
  const context = await windowOf(browser, url);
  try {
    const page = await context.newPage();
    await new SignIn(page).as("Birch Manager", `/opportunities/${id}/bid`);
    const bid = new Bid(page);
    await bid.notSubmitted().waitFor();
    await bid.rate("Support, per hour", "14.00");
    await bid.rate("Sleep-in support, per night", "80");
    await bid.answerAll("We visit twice before the move.");
    await bid.press("Check and submit");
    await bid.sees("Not sent yet");

    // It has just been asked: whether it has written anything yet, nobody can say.
    const isBid = (request) => request.method() === "POST" && request.url().endsWith(`/api/opportunities/${id}/bid`);
    await page.route("**/api/opportunities/*/bid", async (route) => {
      if (!isBid(route.request())) return route.continue();
      const answered = route.fetch().catch(() => null);
      await server.kill();
      await answered;
      await route.abort("connectionreset");
      await page.unroute("**/api/opportunities/*/bid");
    });
    await bid.press("Submit the bid");
    await bid.sees("We do not know yet whether your bid is in");
    await server.again();
    await page.getByRole("heading", { name: "Your bid is in" }).waitFor({ timeout: BACK_MAX });

    // It has written a revision and not yet answered.
    await bid.follow("change or withdraw your bid");
    await bid.rate("Sleep-in support, per night", "79");
    await bid.press("Check and submit");
    await bid.sees("Not sent yet");
    await page.route("**/api/opportunities/*/bid", async (route) => {
      if (!isBid(route.request())) return route.continue();
      await route.fetch();
      await server.kill();
      await route.abort("connectionreset");
      await page.unroute("**/api/opportunities/*/bid");
    });
    await bid.press("Submit the revised bid");
    await bid.sees("We do not know yet whether your bid is in");
    await server.again();
    await page.getByRole("heading", { name: "Your revised bid is in" }).waitFor({ timeout: BACK_MAX });

    const birch = await Program.signIn(url, "Birch Manager");
    const { version, versions } = await birch.get(`/api/opportunities/${id}/bid`);
    assert.deepEqual([version, versions.length], [2, 2], "each was taken once");
    assert.equal((await broker.get(`/api/opportunities/${id}`)).counts.bids, 1);
    const auditor = await Program.signIn(url, "Dale Director");
    const { items } = await auditor.get(`/api/history/opportunity/${id}?page_size=100`);
    const happened = items.map((one) => one.what).filter((words) => /^Bid /.test(words));
    assert.deepEqual(happened, ["Bid submitted (version 1)", "Bid revised (version 2)"]);
  } finally {
    await context.close();
  }
}
