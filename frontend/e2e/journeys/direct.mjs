// Awards without bids: to the provider that a person chose, and urgently for a few weeks, with a review afterwards by
// somebody who did not approve it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { windowOf } from "../browser.mjs";
import { Decision, Proposal, SignIn } from "../pages.mjs";
import { dayFrom, Program } from "../programs.mjs";

const RATES = { "Support, per hour": "14.10", "Sleep-in support, per night": "80.00" };
const PREFERENCE = "To stay with the team that taught them to cook.";
const CHOICE = "Award to the provider that the person chose";

export async function direct({ browser, url }) {
  const mark = randomUUID().slice(0, 8);
  const windows = [];
  async function enter(name, then) {
    const context = await windowOf(browser, url);
    windows.push(context);
    const page = await context.newPage();
    await new SignIn(page).as(name, then);
    return page;
  }

  try {
    const program = await Program.signIn(url, "Brook Broker");
    const [chosen, urgent] = await Promise.all([
      program.draft(`Stays where they are ${mark}`, { preference: PREFERENCE, person: `CASE-${mark}` }),
      program.draft(`Leaves hospital on Friday ${mark}`, { person: `CASE-${mark}-2` }),
    ]);
    const { now } = await program.get("/api/status");

    // The broker proposes the provider that the person chose, and cannot decide it.
    const broker = await enter("Brook Broker", `/packages/${chosen.id}`);
    const proposal = new Proposal(broker);
    await proposal.follow(CHOICE);
    await proposal.heading(CHOICE).waitFor();
    await proposal.sees(PREFERENCE);
    const choice = await proposal.propose({
      provider: "Acorn Example Care",
      why: "They have known this team for years.",
      rates: RATES,
      starts_on: dayFrom(now, 10),
      weeks: "52",
    });
    await broker.getByText("Who can approve it").waitFor();
    assert.equal(await new Decision(broker).form.count(), 0, "who proposed it does not decide it");

    // An approver finds it in the one list of what waits, reads why, and confirms who they are.
    const approver = await enter("Ash Assistant-Director", "/approvals");
    await approver.getByRole("link", { name: chosen.title }).click();
    await new Proposal(approver).heading(CHOICE).waitFor();
    await approver.getByText("They have known this team for years.").waitFor();
    const decision = new Decision(approver);
    await decision.press("Decide");
    await approver.getByRole("alert").getByRole("link", { name: "Choose your decision" }).waitFor();
    await decision.approve("In their best interests, at the rates of the market.");
    await approver.getByText("To the provider that the person chose").waitFor();
    await approver.getByText("Post and holder").waitFor();

    // Care that cannot wait: short, and awarded at once.
    await broker.goto(`/packages/${urgent.id}`);
    await proposal.follow("Urgent award");
    await proposal.heading("Urgent award").waitFor();
    const award = await proposal.propose({
      provider: "Birch Example Care",
      why: "They leave hospital on Friday and cannot go home without support.",
      rates: RATES,
      starts_on: dayFrom(now, 3),
      weeks: "8",
    });
    await approver.goto("/approvals");
    await approver.getByRole("link", { name: urgent.title }).click();
    await decision.heading("Urgent award").waitFor();
    await decision.approve("It cannot wait for bids.", { confirming: false });
    await approver.goto(`/direct-awards/${award}`);
    await approver.getByText("Review due").waitFor();
    await approver.getByText("You approved this award, so another person must review it.").waitFor();
    assert.equal(await new Decision(approver, "Review this urgent award").form.count(), 0);

    // Somebody else reviews it and ends it earlier. The list then has nothing of either.
    const reviewer = await enter("Lee Lead-Commissioner", `/direct-awards/${award}`);
    await new Decision(reviewer, "Review this urgent award").decide({
      choice: "End it earlier",
      lastDay: dayFrom(now, 24),
      reason: "A bid was awarded since.",
      order: "Record the review",
    });
    await reviewer.getByText("Ended by its review").waitFor();
    await approver.goto("/approvals");
    await decision.heading("Approvals").waitFor();
    await approver.locator(".fl-card").first().waitFor();
    for (const { title } of [chosen, urgent]) assert.equal(await approver.getByText(title).count(), 0, "nothing is left to decide");

    // The provider has its contract, and reads nothing of what was said of the person.
    const provider = await enter("Acorn Manager", "/contracts");
    const { reference } = await program.get(`/api/direct-awards/${choice}`);
    await provider.getByRole("link", { name: `${reference}-C` }).click();
    await provider.getByRole("heading", { level: 1, name: `Contract ${reference}-C` }).waitFor();
    await provider.getByText("To the provider that the person chose").waitFor();
    const read = await provider.locator("main").innerText();
    for (const hidden of [PREFERENCE, "for years", "best interests", chosen.title]) assert.ok(!read.includes(hidden), `“${hidden}” is told`);
  } finally {
    for (const context of windows) await context.close();
  }
}
