// From the first Tab to a bid that is in, with no mouse.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { windowOf } from "../browser.mjs";
import { Program } from "../programs.mjs";

const TABS_MAX = 150;

/** Presses Tab until what has the focus bears this name, and shows where it is. */
async function tabTo(page, name) {
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press("Tab");
    const held = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const labelled = element.labels?.[0] ?? element;
      const style = getComputedStyle(element);
      const label = getComputedStyle(element.nextElementSibling ?? element, "::before");
      return {
        name: labelled.textContent.trim(),
        // Focus is a thick outline or a box shadow on the thing itself, or on the circle drawn for it.
        seen: style.boxShadow !== "none" || style.outlineStyle !== "none" || label.boxShadow !== "none",
      };
    });
    if (held && (typeof name === "string" ? held.name === name : name.test(held.name))) {
      assert.ok(held.seen, `it can be seen that “${held.name}” has the focus`);
      return;
    }
  }
  assert.fail(`Tab does not come to ${name}`);
}

/** Presses Tab until the next element of this kind has the focus. */
async function tabToNext(page, kind) {
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), kind)) return;
  }
  assert.fail(`Tab does not come to another ${kind}`);
}

export async function keyboard({ browser, url }) {
  const broker = await Program.signIn(url, "Brook Broker");
  const title = `Reached without a mouse ${randomUUID().slice(0, 8)}`;
  const { id } = await broker.publish(title, 30);
  const context = await windowOf(browser, url);
  try {
    const page = await context.newPage();
    await page.goto("/sign-in?return=/opportunities");
    await page.getByRole("button", { name: /Aspen Manager/ }).waitFor();
    await tabTo(page, "Skip to main content");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "main", "the skip link leads to the page's own part");
    await tabTo(page, /^Aspen Manager/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Opportunities" }).waitFor();

    // The board, sifted, and unsifted again.
    await tabTo(page, "Filter");
    await page.keyboard.press("Enter");
    await tabTo(page, "Where");
    await page.keyboard.type("ZE1");
    await tabTo(page, "Apply filters");
    await page.keyboard.press("Enter");
    await page.getByText("Nothing open fits these filters").waitFor();
    await tabTo(page, "Clear filters");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: title }).waitFor();
    await tabTo(page, title);
    await page.keyboard.press("Enter");
    const heading = page.getByRole("heading", { level: 1, name: title });
    await heading.waitFor();
    assert.equal(await heading.evaluate((element) => element === document.activeElement), true, "the new page's heading has the focus");
    await tabTo(page, "We will bid");
    await page.keyboard.press("Space");
    await tabTo(page, "Tell the council");
    await page.keyboard.press("Enter");
    await page.getByText("You said:").waitFor();

    // The bid: each rate, each answer, one look at it all, and off it goes.
    await tabTo(page, "Bid");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Bid" }).waitFor();
    for (const [line, rate] of [["Support, per hour", "14"], ["Sleep-in support, per night", "80"]]) {
      await tabTo(page, line);
      await page.keyboard.press("Control+A");
      await page.keyboard.type(rate);
    }
    for (let answers = await page.locator("textarea").count(); answers > 0; answers -= 1) {
      await tabToNext(page, "textarea");
      await page.keyboard.press("Control+A");
      await page.keyboard.type("As the person wishes.");
    }
    await tabTo(page, "Check and submit");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Check your bid before you submit it" }).waitFor();
    await tabTo(page, "Submit the bid");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Your bid is in" }).waitFor();

    const { officers } = await broker.get(`/api/opportunities/${id}`);
    assert.deepEqual(officers.interests.map((one) => [one.provider_name, one.interest]), [["Aspen Example Care", "will_bid"]]);
    assert.equal((await broker.get(`/api/opportunities/${id}`)).counts.bids, 1);
  } finally {
    await context.close();
  }
}
