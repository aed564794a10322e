// The main journey: from a provider that nobody knew to a contract in the register, each person
// in a window of their own, and nothing read again by hand where the page should move by itself.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { windowOf } from "../browser.mjs";
import { Bid, Board, Decision, Declaration, Enrolment, Evaluation, History, Joining, Opportunity, PackageEditor, Ranking, Record, SignIn, Simulator, wordsOf } from "../pages.mjs";
import { dayFrom, Program } from "../programs.mjs";

const HOURS = "Support, per hour";
const NIGHTS = "Sleep-in support, per night";
const PHONE = "01785 496000";
const NEEDS = "Enjoys gardening and wants to cook again. Needs calm, patient support in the morning and at night.";
const OURS = "The same three people introduce themselves over two weeks, and the person chooses who stays.";
const THEIRS = "Staff are sent from a list each day.";

export async function award({ browser, url }) {
  const mark = randomUUID().slice(0, 8);
  const organisation = `Hollybank Support ${mark}`;
  const title = `Support to live with a garden ${mark}`;
  const windows = [];
  async function enter(name, then) {
    const context = await windowOf(browser, url);
    windows.push(context);
    const page = await context.newPage();
    if (name) await new SignIn(page).as(name, then);
    return page;
  }

  try {
    const begun = Date.now();

    // A provider registers itself and asks to join.
    const provider = await enter();
    await new SignIn(provider).register({
      organisation,
      person: "Holly Example",
      email: `holly.${mark}@hollybank.example`,
      password: `three random words ${mark}`,
    });
    const joining = new Joining(provider);
    await joining.begin("Supported Living");
    await joining.apply();

    // Procurement asks; the provider is told on the page it has open, and answers; procurement admits.
    const procurement = await enter("Pat Procurement", "/enrolments");
    await procurement.getByRole("link", { name: organisation }).click();
    const decision = new Enrolment(procurement);
    await decision.decide("Ask the provider something", "Your question", "When does your insurance end?");
    await decision.standing("Question asked");
    await provider.getByText("When does your insurance end?").waitFor();
    await new Enrolment(provider).answer("On 31 March next year; the renewal is agreed.");
    await procurement.getByText("the renewal is agreed").waitFor();
    await decision.decide("Admit", "Reasons for admitting", "Every condition of entry is met.");
    await decision.standing("Admitted");
    await new Enrolment(provider).standing("Admitted");

    // Its board shows what is live, and stays open.
    const board = new Board(provider);
    await board.follow("the board");
    await board.heading("Opportunities").waitFor();
    await provider.locator(".fl-card").first().waitFor();
    await board.live().waitFor();

    // The broker writes a package, is warned of the telephone number, takes it out and advertises.
    const broker = await enter("Brook Broker", "/packages");
    const editor = new PackageEditor(broker);
    await editor.write({
      category: "Supported Living: Supported living",
      reference: `CASE-${mark}`,
      title,
      needs: `${NEEDS} The family answers on ${PHONE}.`,
      quantities: { [HOURS]: "10", [NIGHTS]: "7" },
      starts_on: dayFrom(new Date().toISOString(), 40),
    });
    await editor.sees("This may tell who the person is");
    await editor.sees(PHONE);
    assert.equal(await broker.getByRole("button", { name: "Advertise now" }).count(), 0, "it cannot be advertised yet");
    await editor.rewrite(NEEDS);
    assert.equal(await broker.getByText("This may tell who the person is").count(), 0, "nothing is warned of any more");
    // Long enough for two to bid: the slower this machine has been until now, the longer.
    const id = await editor.advertise(Math.min(120, Math.max(25, (2 * (Date.now() - begun)) / 1000)));
    const officers = new Opportunity(broker);
    await officers.heading(title).waitFor();

    // The provider's open page announces it.
    await board.newOnes().waitFor();
    await provider.getByRole("status").filter({ hasText: /new opportunit/ }).first().waitFor({ state: "attached" });
    await board.newOnes().click();
    await board.card(title).getByText("New to you").waitFor();

    // It opens it and says that it will bid: the officer's page counts without being read again.
    const bidding = await windows[0].newPage();
    await bidding.goto(`/opportunities/${id}`);
    const opportunity = new Opportunity(bidding);
    await opportunity.heading(title).waitFor();
    await officers.counts("seen", 1);
    await opportunity.willBid();
    await officers.counts("will bid", 1);
    await officers.counts("bids", 0);

    // It types, sees its price as it types, submits, sees the receipt, and revises.
    await opportunity.follow(/^Bid$/);
    const bid = new Bid(bidding);
    await bid.notSubmitted().waitFor();
    await bid.rate(HOURS, "13.60");
    await bid.rate(NIGHTS, "78");
    assert.equal(await bid.price("A week").innerText(), "£682.00");
    assert.equal(await bid.price("A year").innerText(), "£35,464.00");
    await bid.press("Check and submit");
    await bid.page.getByRole("alert").getByRole("link").first().waitFor();
    await bid.notSubmitted().waitFor();
    await bid.answerAll(OURS);
    await bid.submit("Submit the bid", "Your bid is in");
    await bid.sees("Digest (SHA-256)");
    assert.equal(await bid.notSubmitted().count(), 0, "it is submitted");
    await officers.counts("bids", 1);
    await bid.follow("change or withdraw your bid");
    await bid.rate(HOURS, "13.70");
    await bid.sees("You have not submitted these changes");
    await bid.submit("Submit the revised bid", "Your revised bid is in");
    await bid.sees("£683.00");
    await bid.follow("change or withdraw your bid");

    // Another bids from a program.
    const alder = await Program.signIn(url, "Alder Manager");
    await alder.bid(id, { rates: "high", answer: THEIRS });
    await officers.counts("bids", 2);
    assert.equal(await broker.getByText("£683").count(), 0, "an officer sees who has bid, never what");

    // The deadline passes on the pages as they stand.
    const { closes_at } = await alder.get(`/api/opportunities/${id}`);
    const patience = Date.parse(closes_at) - Date.now() + 20_000;
    await Promise.all([officers.closed(patience), bidding.getByText("What you submitted stands.").waitFor({ timeout: patience })]);

    await bidding.goto(`/opportunities/${id}`);
    await opportunity.heading(title).waitFor();

    // The evaluator declares on who has bid, then marks blind.
    const evaluator = await enter("Eden Evaluator");
    await evaluator.goto(`/opportunities/${id}/evaluation`);
    await new Declaration(evaluator).none(organisation, "Alder Example Care");
    const evaluation = new Evaluation(evaluator);
    await evaluation.heading("Mark the answers").waitFor();
    await evaluation.sees("Bid A");
    const blind = await evaluator.locator("main").innerText();
    for (const hidden of [organisation, "Alder", "£"]) assert.ok(!blind.includes(hidden), `marking is blind to ${hidden}`);
    const marked = await evaluation.markAll((answer) =>
      answer.includes(OURS)
        ? { mark: 5, reason: "The person chooses, and continuity is planned." }
        : { mark: 3, reason: "Says little about who will come." },
    );
    assert.equal(marked, 2);
    await evaluation.sees("8 of 8");
    await evaluation.finish();
    await evaluation.sees("You have finished: your marks are locked.");

    // The commissioner sees that another evaluator is needed, and nothing of the first one's marks.
    const commissioner = await enter("Lee Lead-Commissioner");
    await commissioner.goto(`/opportunities/${id}/declaration`);
    await new Declaration(commissioner).none(organisation);
    const moderation = new Evaluation(commissioner);
    await moderation.heading("Answers").waitFor();
    await moderation.sees("This market needs 2 evaluators: one has finished.");
    assert.equal(await commissioner.getByText("continuity is planned").count(), 0, "no reason is seen before all are in");

    // The second marks without them. What is half done is kept while it is: a mark saves itself on going on.
    const second = await enter("Ellis Evaluator", `/opportunities/${id}/evaluation`);
    await new Declaration(second).none(organisation);
    const other = new Evaluation(second);
    await other.heading("Mark the answers").waitFor();
    assert.equal(await second.getByText("continuity is planned").count(), 0, "nor by another evaluator");
    const halfDone = second.locator("section[aria-labelledby='answer']");
    await halfDone.getByLabel("Your reason").fill("Half a thought");
    await second.getByText("What you typed is kept.", { exact: true }).waitFor();
    await second.reload();
    await other.heading("Mark the answers").waitFor();
    assert.equal(await halfDone.getByLabel("Your reason").inputValue(), "Half a thought");
    await halfDone.getByRole("radio", { name: /^4\b/ }).check();
    await second.getByRole("link", { name: "Next answer" }).click();
    await other.sees("1 of 8");
    // Whoever comes back goes on at the first answer without a mark.
    await second.goto(`/opportunities/${id}/evaluation`);
    await other.sees("Answer 2 of 8");
    await other.markAll((answer) =>
      answer.includes(OURS)
        ? { mark: 5, reason: "Named people, chosen by the person." }
        : { mark: 2, reason: "A list is no team." },
    );
    await other.sees("8 of 8");
    await other.finish();

    // All are in: the commissioner's page shows both side by side, and the consensus is recorded where they differ.
    await other.heading("Moderation").waitFor();
    await moderation.heading("Moderation").waitFor();
    await moderation.sees("A list is no team.");
    await moderation.sees("Says little about who will come.");
    assert.equal((await wordsOf(commissioner.getByText("Evaluators differ", { exact: true }))).length, 4);
    assert.equal(await commissioner.getByRole("button", { name: "Open the prices" }).count(), 0, "not before every answer is settled");
    for (let answer = 0; answer < 4; answer += 1) await moderation.settle("3", "Says little about who will come, and a list is some plan.");
    await moderation.sees("Every answer has the mark that counts.");

    // The commissioner opens prices, sees the ranking with its arithmetic, and recommends.
    const ranking = new Ranking(commissioner);
    await ranking.press("Open the prices");
    await ranking.heading("Ranking").waitFor();
    const ours = await ranking.row(organisation);
    assert.equal(ours[0], "1");
    assert.equal(ours[1], "60.0000");
    assert.equal(ours[4], "£683.00");
    assert.equal((await ranking.row("Alder Example Care"))[0], "2");
    await commissioner.getByText(`${organisation}: the arithmetic`).click();
    assert.ok((await commissioner.locator("details[open] ol > li").count()) >= 2, "the arithmetic is shown step by step");
    await commissioner.getByRole("img", { name: "Quality against price" }).waitFor();

    // What else these bids could have come to: ours is first by every formula that can be applied.
    await ranking.sees("If quality and price weighed otherwise");
    assert.deepEqual(await ranking.chosenBy("Price band"), [organisation, "The one used"]);
    assert.deepEqual(await ranking.chosenBy("Relative to the lowest price"), [organisation, "The same"]);
    await ranking.recommend(organisation, "Ranked first, and the garden matters to the person.");
    assert.equal(await ranking.decision().count(), 0, "who recommended is not offered approval");

    // Who drafted and who marked are not offered approval.
    await evaluator.goto(`/opportunities/${id}/ranking`);
    await new Ranking(evaluator).heading("Ranking").waitFor();
    await evaluator.getByText("Who can approve it").waitFor();
    assert.equal(await new Ranking(evaluator).decision().count(), 0, "who marked is not offered approval");
    await broker.goto(`/opportunities/${id}/ranking`);
    await broker.getByRole("heading", { name: "You cannot see this page" }).waitFor();
    assert.equal(await broker.getByRole("link", { name: "Approvals" }).count(), 0, "who drafted is not offered approval");

    // Before the next package the broker tries another way of scoring, on what is over and on bids made up for it.
    const simulator = new Simulator(broker);
    await simulator.begin("Supported Living");
    await simulator.propose({ quality: "40", formula: "Relative to the lowest price" });
    await simulator.makeUpAnExample();
    await simulator.simulate();
    await simulator.sees("Without D, which is third, C would be first instead of B.");
    await broker.getByRole("table", { name: "Each opportunity" }).getByText(organisation).first().waitFor();
    assert.match((await simulator.figure("Spend in a year"))[1], /^£/);

    // A post with enough limit approves: by the link in the letter, on a page that says all of it.
    const approver = await enter();
    await new SignIn(approver).byLink("Ash Assistant-Director", `/approvals/${id}`);
    await approver.getByRole("heading", { name: title }).waitFor();
    await approver.getByText("What the person prefers").waitFor();
    await approver.getByText("You would decide as Assistant Director").waitFor();
    await new Decision(approver).approve("The evaluation is sound and the sum is within my limit.");

    // The contract stands in the register with the chain it rests on.
    const contract = approver.url();
    const chain = await wordsOf(approver.locator(".fl-timeline > li > p:first-child"));
    assert.equal(chain[0], "Decision");
    assert.equal(chain.at(-1), "Post and holder");
    assert.ok(chain.includes("Delegation"), `the chain was ${chain}`);
    await new Decision(approver).go("Contracts");
    await approver.getByRole("row", { name: new RegExp(organisation) }).waitFor();

    // Why it was awarded is on one page, and to take away.
    await approver.goto(contract);
    await approver.getByRole("link", { name: "Why this award: the record" }).click();
    const why = new Record(approver);
    await why.heading("Why this award was made").waitFor();
    assert.equal((await why.row(organisation))[0], "1");
    await approver.getByText(`${organisation}: rank 1, marks, reasons and arithmetic`).click();
    await why.sees("The person chooses, and continuity is planned.");
    await why.sees("The evaluation is sound and the sum is within my limit.");
    assert.equal(await approver.getByText("gardening").count(), 0, "no record says what the person needs");
    assert.equal((await why.file("PDF")).subarray(0, 5).toString("latin1"), "%PDF-");
    const kept = JSON.parse((await why.file("JSON")).toString());
    assert.equal(kept.bids.length, 2);
    await new Decision(approver).go("Contracts");
    await approver.getByRole("row", { name: new RegExp(organisation) }).waitFor();

    // The winner's open page says so by itself; the loser sees its own marks and the winner's.
    await bidding.getByRole("heading", { name: "You have been awarded this contract" }).waitFor();
    const loser = await enter("Alder Manager", `/opportunities/${id}`);
    const result = loser.getByRole("region", { name: "You have not been awarded this contract" });
    await result.getByText(`${organisation}: quality 60`).waitFor();
    assert.equal(await result.getByRole("cell", { name: "3 of 5" }).count(), 4, "its own marks");
    await result.getByText("Says little about who will come, and a list is some plan.").first().waitFor();
    assert.equal(await result.getByText("A list is no team.").count(), 0, "the reason of the consensus is told, not one evaluator's");
    assert.equal(await result.getByText("The person chooses, and continuity is planned.").count(), 0, "the winner's reasons are its own");

    // The letters that are owed are written, with nothing personal in them.
    const { reference } = await alder.get(`/api/opportunities/${id}`);
    await loser.goto("/letters");
    await loser.getByRole("link", { name: `You are awarded ${reference}` }).waitFor();
    await loser.getByRole("link", { name: `The outcome of ${reference}` }).click();
    const letter = loser.frameLocator("iframe");
    await letter.getByText(organisation).first().waitFor();
    assert.equal(await letter.getByText("gardening").count(), 0, "no letter says what the person needs");

    // The histories list what happened, and who did it.
    const auditor = await enter("Dale Director", `/history/opportunity/${id}`);
    const happened = (await new History(auditor).entries()).join("\n");
    for (const event of [
      "Published to",
      "Will bid",
      "Bid submitted (version 1)",
      "Bid revised (version 2)",
      "Bidding closed with 2 bids",
      "Declared no interest in any bidder",
      "An answer on “Safety and safeguarding” was marked",
      "Finished marking: the marks are locked",
      "A consensus mark was recorded for an answer on “Safety and safeguarding”",
      "prices opened",
      "Award recommended",
      "Award approved",
    ])
      assert.ok(happened.includes(event), `the history lists “${event}”:\n${happened}`);
    await auditor.goto(contract);
    await auditor.getByRole("link", { name: "History of this contract" }).click();
    await auditor.getByRole("heading", { name: "History of the contract" }).waitFor();
    assert.ok((await new History(auditor).entries()).length > 0);
  } finally {
    for (const context of windows) await context.close();
  }
}
