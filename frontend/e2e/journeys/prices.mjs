// A price that looks abnormally low: flagged, asked about, answered by the provider, decided, and only then can an
// award be recommended.
import assert from "node:assert/strict";
import { windowOf } from "../browser.mjs";
import { Ranking, SignIn } from "../pages.mjs";
import { dayFrom, Program } from "../programs.mjs";

const QUESTION = "How can you pay your staff and travel at this price?";
const ANSWER = "The team already works in the same street, so nobody travels.";

export async function prices({ browser, url }) {
  const windows = [];
  async function enter(name, then) {
    const context = await windowOf(browser, url);
    windows.push(context);
    const page = await context.newPage();
    await new SignIn(page).as(name, then);
    return page;
  }

  try {
    // The demonstration has an opportunity whose prices were just opened, with one far under the others.
    const lead = await Program.signIn(url, "Lee Lead-Commissioner");
    const { items } = await lead.get("/api/opportunities?stage=closed");
    let id, flag;
    for (const one of items.filter((card) => card.stage === "priced")) {
      const ranking = await lead.get(`/api/opportunities/${one.id}/ranking`);
      if (ranking.flags.length > 0) [id, flag] = [one.id, ranking.flags[0]];
    }
    assert.ok(flag, "one price is flagged");

    // The commissioner cannot recommend yet, and asks.
    const commissioner = await enter("Lee Lead-Commissioner", `/opportunities/${id}/ranking`);
    const ranking = new Ranking(commissioner);
    await ranking.heading("Ranking").waitFor();
    await commissioner.getByText("This price looks abnormally low.").waitFor();
    await commissioner.getByText("Not asked about yet").waitFor();
    await commissioner.getByLabel(`Your question to ${flag.provider_name}`).fill(QUESTION);
    await commissioner.getByLabel("Answer by, day").fill(dayFrom(new Date().toISOString(), 5));
    await commissioner.getByRole("button", { name: "Ask about this price" }).click();
    await commissioner.getByText("Waiting for an answer").waitFor();
    assert.equal(await commissioner.getByRole("button", { name: "Record the decision" }).count(), 0, "not before it has answered");

    // The provider reads why, without what others bid, and answers.
    const provider = await enter(flag.provider_name.replace(" Example Care", " Manager"), `/opportunities/${id}`);
    const own = provider.getByRole("region", { name: /^Your price/ });
    await own.getByText("Your price is well under those of the other bids.").waitFor();
    await own.getByText(QUESTION).waitFor();
    await own.getByLabel("Your answer").fill(ANSWER);
    await own.getByRole("button", { name: "Send your answer" }).click();
    await own.getByText(ANSWER).waitFor();

    // The commissioner's page shows the answer by itself; the decision settles it for both.
    await commissioner.getByText(ANSWER).waitFor();
    await commissioner.getByLabel("Accept it").check();
    await commissioner.locator(`#decide-${flag.bid_id}-reason`).fill("The saving is real: the team is next door.");
    await commissioner.getByRole("button", { name: "Record the decision" }).click();
    await commissioner.getByText("Every price in question is decided.").waitFor();
    await own.getByText("The saving is real: the team is next door.").waitFor();
  } finally {
    for (const context of windows) await context.close();
  }
}
