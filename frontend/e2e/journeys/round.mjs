// A ranking round: the last of the bidders lowers its prices, from a telephone, and reads its new place; another bidder
// sees its own place move and nothing else; officers see it come in, pause it for a fault and let it go on.
import assert from "node:assert/strict";
import { windowOf } from "../browser.mjs";
import { SignIn } from "../pages.mjs";
import { openRound, Program } from "../programs.mjs";

const TELEPHONE = { width: 320, height: 640 };

export async function round({ browser, url }) {
  const windows = [];
  async function enter(name, id, size) {
    const context = await windowOf(browser, url, size);
    windows.push(context);
    const page = await context.newPage();
    await new SignIn(page).as(name, `/opportunities/${id}/round`);
    await page.getByRole("heading", { level: 1, name: "Ranking round" }).waitFor();
    return page;
  }
  const place = (page, number) => page.getByText(new RegExp(`^You are number ${number}\\b`)).waitFor();

  try {
    const lead = await Program.signIn(url, "Lee Lead-Commissioner");
    const { opportunity_id: id, officers, lines } = await openRound(lead);
    const { bidders } = officers;
    // One of the demonstration's bidders has improved already, and may not again for a while.
    const last = bidders.findLast((one) => one.revisions.length === 0);
    const other = bidders.findLast((one) => one !== last);
    const person = (bidder) => bidder.provider_name.replace(" Example Care", " Manager");

    const officer = await enter("Lee Lead-Commissioner", id);
    const watching = await enter(person(other), id, TELEPHONE);
    await place(watching, other.rank);
    const page = await enter(person(last), id, TELEPHONE);
    await place(page, last.rank);

    // What is no improvement is refused beside its line, and stays as it was typed.
    const step = lines.find((line) => line.step);
    const rate = page.getByLabel(step.label);
    await rate.fill("999");
    await page.getByRole("button", { name: "Send the lower prices" }).click();
    await page.getByRole("alert").waitFor();
    assert.equal(await rate.inputValue(), "999");

    // Nearly as low as helps, on every line: the lowest price itself is in the published formula.
    for (const line of lines.filter((one) => one.step)) await page.getByLabel(line.label).fill((Number(line.floor) + 0.07).toFixed(2));
    await page.getByRole("button", { name: "Send the lower prices" }).click();
    await page.getByText("You can improve again in").waitFor();
    const after = await lead.get(`/api/opportunities/${id}/round`);
    const now = (bidder) => after.officers.bidders.find((one) => one.bid_id === bidder.bid_id).rank;
    assert.ok(now(last) <= last.rank, "a lower price does no harm");
    await place(page, now(last));
    await place(watching, now(other));
    await officer.getByRole("row", { name: new RegExp(`GMT ${last.provider_name}`) }).first().waitFor();

    // Nobody is named to a bidder, and no price of another is on its page.
    const moved = after.officers.bidders.find((one) => one.bid_id === last.bid_id);
    const words = await watching.locator("main").innerText();
    for (const { provider_name, bid_id } of bidders) if (bid_id !== other.bid_id) assert.ok(!words.includes(provider_name), provider_name);
    assert.ok(!words.includes(moved.weekly_price), "the price of another bidder is shown");

    // A fault stops it for everybody alike, and gives the time back.
    await officer.getByText("Pause the round").click();
    await officer.getByLabel("Why it is paused").fill("The connection of a bidder's area failed.");
    await officer.getByRole("button", { name: "Pause", exact: true }).click();
    const fault = (bidder) => bidder.getByText("The connection of a bidder's area failed.");
    for (const bidder of [page, watching]) await fault(bidder).waitFor();
    await officer.getByRole("button", { name: "Let the round go on" }).click();
    for (const bidder of [page, watching]) await fault(bidder).waitFor({ state: "hidden" });
    const resumed = await lead.get(`/api/opportunities/${id}/round`);
    assert.ok(Date.parse(resumed.closes_at) > Date.parse(after.closes_at), "the time that was lost is given back");
  } finally {
    await Promise.all(windows.map((context) => context.close()));
  }
}
