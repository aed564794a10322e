// A bid survives a connection that drops while it is typed, and the page catches up by itself.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { windowOf } from "../browser.mjs";
import { Bid, Board, SignIn } from "../pages.mjs";
import { Program } from "../programs.mjs";
import { wireTo } from "../wire.mjs";

const HOURS = "Support, per hour";
const NIGHTS = "Sleep-in support, per night";

export async function connection({ browser, url }) {
  const broker = await Program.signIn(url, "Brook Broker");
  const { id } = await broker.publish(`A home near a bus stop ${randomUUID().slice(0, 8)}`, 30);
  const missed = `Published while nobody heard ${randomUUID().slice(0, 8)}`;
  const wire = await wireTo(url);
  const context = await windowOf(browser, wire.url);
  try {
    const boardPage = await context.newPage();
    await new SignIn(boardPage).as("Birch Manager");
    const board = new Board(boardPage);
    await board.live().waitFor();
    const page = await context.newPage();
    await page.goto(`/opportunities/${id}/bid`);
    const bid = new Bid(page);
    await bid.notSubmitted().waitFor();
    await bid.rate(HOURS, "14.00");
    await bid.sees("Draft saved");

    // The train enters the tunnel: open connections end, and new ones fail.
    await context.setOffline(true);
    wire.cut();
    await boardPage.getByText("Live connection lost").waitFor();
    await bid.rate(HOURS, "14.25");
    const answer = page.locator("textarea").first();
    await answer.fill("We visit twice before the move, ");
    await bid.sees("Not saved yet");
    await answer.pressSequentially("at the time of day that the person chooses.");
    await bid.notSubmitted().waitFor();
    assert.equal(await page.getByLabel(HOURS).inputValue(), "14.25", "what was typed stays");

    await broker.publish(missed, 30);
    assert.equal(await boardPage.getByText(missed).count(), 0);

    // And leaves it: the socket resumes, the draft is saved, and what was missed is announced.
    wire.mend();
    await context.setOffline(false);
    await board.live().waitFor();
    await board.newOnes().click();
    await board.card(missed).waitFor();
    await bid.sees("Draft saved");
    await page.getByText("Not saved yet").waitFor({ state: "hidden" });
    await page.reload();
    await bid.notSubmitted().waitFor();
    assert.equal(await page.getByLabel(HOURS).inputValue(), "14.25", "nothing is lost");
    assert.match(await answer.inputValue(), /^We visit twice before the move, at the time of day/);

    // Not even where the page itself is closed while it is cut off: this computer keeps it.
    await context.setOffline(true);
    wire.cut();
    await answer.fill("Kept on this computer.");
    await bid.sees("Not saved yet");
    await page.close();
    wire.mend();
    await context.setOffline(false);
    const again = await context.newPage();
    await again.goto(`/opportunities/${id}/bid`);
    await new Bid(again).notSubmitted().waitFor();
    assert.equal(await again.locator("textarea").first().inputValue(), "Kept on this computer.");

    // It is submitted while nothing is answered: the page does not claim to know, and finds out by itself.
    const typing = new Bid(again);
    await typing.rate(NIGHTS, "80");
    await typing.answerAll("We visit twice before the move.");
    await typing.press("Check and submit");
    await typing.sees("Not sent yet");
    await context.setOffline(true);
    wire.cut();
    await typing.press("Submit the bid");
    await typing.sees("We do not know yet whether your bid is in");
    wire.mend();
    await context.setOffline(false);
    await again.getByRole("heading", { name: "Your bid is in" }).waitFor();

    // The server takes a revision, and its answer is lost, and the page with it: another page asks, and there are not two.
    await typing.follow("change or withdraw your bid");
    await typing.rate(NIGHTS, "79");
    await typing.press("Check and submit");
    await typing.sees("Not sent yet");
    await again.route("**/api/opportunities/*/bid", async (route) => {
      if (route.request().method() === "POST") await route.fetch();
      await route.abort("connectionreset");
    });
    await typing.press("Submit the revised bid");
    await typing.sees("We do not know yet whether your bid is in");
    await again.close();
    const third = await context.newPage();
    await third.goto(`/opportunities/${id}/bid`);
    await third.getByRole("heading", { name: "Your revised bid is in" }).waitFor();
    const birch = await Program.signIn(url, "Birch Manager");
    const { version, versions } = await birch.get(`/api/opportunities/${id}/bid`);
    assert.deepEqual([version, versions.length], [2, 2], "nothing was sent twice");
    assert.equal((await broker.get(`/api/opportunities/${id}`)).counts.bids, 1);
  } finally {
    await context.close();
    await wire.close();
  }
}
