// A session that ends in the middle of a bid, and a document that is sent while the connection is away: nothing that
// was typed or chosen is lost.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { windowOf } from "../browser.mjs";
import { Bid, SignIn } from "../pages.mjs";
import { Program } from "../programs.mjs";
import { wireTo } from "../wire.mjs";

const HOURS = "Support, per hour";
const NIGHTS = "Sleep-in support, per night";
const ANSWER = "We visit twice before the move, at the time of day that the person chooses.";

export async function session({ browser, url }) {
  const broker = await Program.signIn(url, "Brook Broker");
  const { id } = await broker.publish(`A home near a library ${randomUUID().slice(0, 8)}`, 30);
  const wire = await wireTo(url);
  const context = await windowOf(browser, wire.url);
  try {
    const page = await context.newPage();
    const at = `/opportunities/${id}/bid`;
    await new SignIn(page).as("Birch Manager", at);
    const bid = new Bid(page);
    await bid.notSubmitted().waitFor();
    await bid.rate(HOURS, "14.00");
    await bid.sees("Draft saved");

    // The session ends while somebody types: the next save is refused, and they sign in and go on.
    await context.clearCookies();
    await bid.rate(HOURS, "14.35");
    await page.locator("textarea").first().fill(ANSWER);
    await page.getByText("Your session has ended").waitFor();
    assert.equal(new URL(page.url()).searchParams.get("return"), at, "and they come back here");
    await new SignIn(page).become("Birch Manager", at);
    await bid.sees("This is what you last typed on this device");
    assert.equal(await page.getByLabel(HOURS).inputValue(), "14.35", "what was typed is there");
    assert.equal(await page.locator("textarea").first().inputValue(), ANSWER);
    await bid.sees("Draft saved");

    // A document is chosen while the connection is away: it is sent by itself once that is back.
    const file = page.locator("input[type=file]");
    const content = Buffer.from("%PDF-1.7\n1 0 obj <</Rota (of a team of five)>> endobj\nstartxref\n9\n%%EOF\n");
    await context.setOffline(true);
    wire.cut();
    await file.setInputFiles({ name: "Rota of the team.pdf", mimeType: "application/pdf", buffer: content });
    await bid.sees("it is sent by itself when the connection is back");
    await bid.press("Check and submit");
    await bid.sees("Wait until the document is sent");
    wire.mend();
    await context.setOffline(false);
    await page.getByRole("link", { name: /^Rota of the team/ }).waitFor();
    await bid.sees("Draft saved");
    await page.reload();
    await page.getByRole("link", { name: /^Rota of the team/ }).waitFor();

    // The session ends on the last page, too: nobody knows whether the bid is in until they are back, and then it is.
    await bid.rate(NIGHTS, "80");
    await bid.answerAll(ANSWER);
    await bid.press("Check and submit");
    await bid.sees("Not sent yet");
    await page.getByRole("link", { name: /^Rota of the team/ }).waitFor();
    await context.clearCookies();
    await bid.press("Submit the bid");
    await page.getByText("Your session has ended").waitFor();
    await new SignIn(page).become("Birch Manager", "/bid/receipt");
    await page.getByRole("heading", { name: "Your bid is in" }).waitFor();
    await bid.sees("Digest (SHA-256)");
    const birch = await Program.signIn(url, "Birch Manager");
    const { version, documents } = await birch.get(`/api/opportunities/${id}/bid`);
    assert.deepEqual([version, documents.map((one) => one.name)], [1, ["Rota of the team"]]);
  } finally {
    await context.close();
    await wire.close();
  }
}
