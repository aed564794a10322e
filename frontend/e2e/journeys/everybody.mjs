// Every page in its main states, as those see it who use it: no rule of accessibility broken, nothing
// wider than a small telephone, no word cut off, nothing that moves for whoever asked for stillness, no error in the
// console, and no word to another host.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import axe from "axe-core";
import { watch, windowOf } from "../browser.mjs";
import { Proposal, SignIn } from "../pages.mjs";
import { openRound, Program } from "../programs.mjs";

/**
 * As wide as a small telephone and as a computer. The first is also a screen of 1280 by 1024 at 400 %, which is how low
 * it is then (WCAG 2.2, 1.4.10).
 */
const SIZES = [
  { width: 320, height: 256 },
  { width: 1280, height: 900 },
];
/** How many people look at once */
const AT_ONCE = 2;
const CHOICE = "Award to the provider that the person chose";
const SIMULATOR = "Try how bids would be scored";

/** Who sees what: an address, its heading, and what is done there before it is looked at. */
async function views(url) {
  const [broker, commissioner, provider, procurement] = await Promise.all(
    ["Brook Broker", "Lee Lead-Commissioner", "Acorn Manager", "Pat Procurement"].map((name) => Program.signIn(url, name)),
  );
  const markets = await broker.get("/api/markets");
  const market = markets.find((one) => one.slug.includes("supported-living"));
  const open = await broker.publish(`Looked at by everybody ${randomUUID().slice(0, 8)}`, 40);
  await provider.post(`/api/opportunities/${open.id}/interest`, { interest: "cannot_bid", reason: "No staff free." });
  const bidden = await broker.publish(`Bid for and looked at ${randomUUID().slice(0, 8)}`, 40);
  await provider.bid(bidden.id, { rates: "low", answer: "As the person wishes." });
  // One question was answered to everybody, one waits.
  for (const question of ["How many people live there already?", "Is there a garden?"])
    await provider.post(`/api/opportunities/${open.id}/queries`, { question });
  const answered = (await broker.get(`/api/opportunities/${open.id}`)).queries.all[0];
  await broker.post(`/api/queries/${answered.id}/answer`, { question: answered.asked, answer: "One person, who looks forward to company." });
  const [priced, recommended, awarded] = await Promise.all(
    ["priced", "recommended", "awarded"].map((stage) => commissioner.opportunityAt(stage)),
  );
  // One at each step of an evaluation: declared on, half marked, moderated.
  const [first, second] = await Promise.all(["Eden Evaluator", "Ellis Evaluator"].map((name) => Program.signIn(url, name)));
  const evaluated = (await commissioner.opportunities("closed")).filter((one) => one.stage === "marking");
  const moderated = evaluated.find((one) => one.market_id === market.id);
  const marking = evaluated.find((one) => one.market_id !== market.id);
  assert.ok(moderated && marking, "the demonstration has an opportunity of each market that is being marked");
  for (const officer of [first, second, commissioner]) await officer.post(`/api/opportunities/${moderated.id}/declaration`, {});
  await first.mark(moderated.id, "4");
  await second.mark(moderated.id, "3");
  const [contract] = (await commissioner.get("/api/contracts")).items;
  const [held, challenged] = await Promise.all(["standstill", "challenged"].map((stage) => commissioner.opportunityAt(stage)));
  // The oldest are the demonstration's own.
  const withoutBids = (await commissioner.get("/api/direct-awards")).items;
  const proposed = withoutBids.findLast((one) => one.state === "waiting");
  const urgent = withoutBids.findLast((one) => one.review_due_on && !one.review);
  assert.ok(proposed && urgent, "the demonstration has awards without bids that wait for a decision and for a review");
  const paid = await paidFor(broker);
  const round = await openRound(commissioner);
  // Those who look at what is being marked, or was, have declared.
  const approver = await Program.signIn(url, "Ash Assistant-Director");
  for (const officer of [first, second]) await officer.post(`/api/opportunities/${marking.id}/declaration`, {});
  const { bids, criteria } = await first.get(`/api/opportunities/${marking.id}/evaluation`);
  const begins = { blind_id: bids[0].blind_id, criterion_id: criteria[0].id, mark: "4", reason: "Clear, with an example." };
  await first.post(`/api/opportunities/${marking.id}/marks`, begins);
  // One has finished while the other still marks.
  await second.mark(marking.id, "3");
  await approver.post(`/api/opportunities/${priced.id}/declaration`, {});
  const waiting = [];
  for (const standing of ["applied", "clarification", "admitted"]) {
    const [one] = (await procurement.get(`/api/enrolments?standing=${standing}`)).items;
    if (one) waiting.push([`/enrolments/${one.id}`, one.provider_name]);
  }
  const [own] = (await provider.get("/api/enrolments?standing=admitted")).items;
  const [removal] = (await procurement.get("/api/standings")).second_person;
  const [fallen] = (await procurement.get("/api/concerns")).items;
  // A request that is half written, and a passport that was changed since it was accepted.
  const orchard = await Program.signIn(url, "Orchard Manager");
  const [begun] = await orchard.get("/api/applications");
  const draft = await orchard.get(`/api/categories/${begun.category_id}/application`);
  const joining = `/markets/${begun.market_id}/join/${begun.category_id}`;
  const changed = (await procurement.get("/api/tasks")).items.find((one) => one.kind === "passport_changed");
  waiting.push([`/enrolments/${changed.subject_id}`, "Beacon Example Care"]);
  const leaking = await broker.post("/api/packages", {
    ...(await draftOf(broker, open.officers.package_id)),
    needs: "Call 01785 496000 about the person.",
  });
  const [letter] = (await broker.get("/api/demo/letters")).items;
  const decisions = await (await fetch(`${url}/public/decisions`)).text();
  const [, decision] = /href="(\/public\/decisions\/[0-9a-f-]+)"/.exec(decisions);
  const submitEmpty = (button) => async (page) => {
    await page.getByRole("button", { name: button, exact: true }).click();
    await page.getByRole("alert").waitFor();
  };
  const unfold = async (page) => {
    for (const summary of await page.locator("details > summary").all()) await summary.click();
  };

  const simulate = async (page) => {
    await page.getByLabel("Price formula").selectOption("lowest_relative");
    await page.getByLabel("Quality weighs").fill("40");
    await page.getByLabel("Bids that I make up").check();
    await page.getByRole("button", { name: "Fill in an example" }).click();
    await page.getByRole("button", { name: "Simulate" }).click();
    await page.getByRole("heading", { name: "Closed opportunities, replayed" }).waitFor();
    await unfold(page);
  };

  /** To the step with the rates, and an error there */
  const proposeTo = async (page, provider) => {
    const proposal = new Proposal(page);
    await proposal.choose(provider);
    await proposal.explain("It cannot wait.");
    await proposal.exclude();
    await page.getByRole("heading", { level: 2, name: "Rates and term" }).waitFor();
    await submitEmpty("Continue")(page);
  };

  /** Marks the answer that is shown, and goes on to the next. */
  const markOne = async (page) => {
    const answer = page.locator("section[aria-labelledby='answer']");
    await answer.getByRole("radio", { name: /^4\b/ }).check();
    await answer.getByLabel("Your reason").fill("Clear, with an example.");
    const before = page.url();
    await answer.getByRole("button", { name: "Save and go on" }).click();
    await page.waitForURL((now) => now.href !== before);
  };
  const filtered = async (page) => {
    await unfold(page);
    await page.getByLabel("Where").fill("Not a postcode");
    await submitEmpty("Apply filters")(page);
  };

  const previewed = (page) => page.frameLocator("iframe").getByRole("heading", { level: 1 }).waitFor();

  const all = {
    "": [
      ["/", "Care and support, bought fairly and in the open"],
      ["/sign-in", "Sign in", (page) => page.getByText(/\d+ other providers/).click()],
      ["/sign-in", "Sign in", submitEmpty("Sign in")],
      ["/register", "Register your organisation"],
      ["/register", "Register your organisation", submitEmpty("Register and sign in")],
      ["/markets", "Markets"],
      [`/markets/${market.id}`, market.name, unfold],
      ["/letters", "Letters sent", (page) => page.getByText(/\d+ people/).first().click()],
      [`/letters/${letter.id}`, letter.subject],
      ["/nowhere", "Page not found"],
      ...PUBLIC,
      [`/public/markets/${market.id}`, market.name],
      [decision, /./],
    ],
    "Acorn Manager": [
      ["/", "Hello, Acorn Manager"],
      ["/opportunities", "Opportunities"],
      ["/opportunities", "Opportunities", filtered],
      ["/opportunities?area=ST16", "Opportunities", unfold],
      ["/opportunities?area=ZE1", "Opportunities", (page) => page.getByText("Nothing open fits these filters").waitFor()],
      ["/opportunities?show=closed", "Closed opportunities"],
      [`/opportunities/${open.id}`, open.title, unfold],
      [`/opportunities/${open.id}`, open.title, async (page) => {
        await unfold(page);
        await submitEmpty("Ask")(page);
      }],
      [`/opportunities/${open.id}/bid`, "Bid"],
      [`/opportunities/${open.id}/bid`, "Bid", submitEmpty("Check and submit")],
      [`/opportunities/${bidden.id}`, bidden.title],
      [`/opportunities/${bidden.id}/bid`, "Your bid", unfold],
      [`/opportunities/${bidden.id}/bid/check`, "Check your bid before you submit it"],
      [`/opportunities/${bidden.id}/bid/receipt`, "Receipt"],
      ["/bids", "My bids"],
      ["/standing-rates", "Your standing rates"],
      ["/alerts", "Your alerts"],
      ["/alerts", "Your alerts", async (page) => {
        await page.getByLabel("Some areas").check();
        await submitEmpty("Save")(page);
      }],
      ["/search", "Search", submitEmpty("Search")],
      ["/search?q=Looked", "Search", (page) => page.getByRole("table", { name: "Opportunities" }).waitFor()],
      ["/search?q=nothing+has+these+words", "Search", (page) => page.getByText(/^Nothing has “nothing/).waitFor()],
      ["/enrolments", "Your standing"],
      [`/enrolments/${own.id}/evidence`, "Evidence", unfold],
      [`/enrolments/${own.id}/standing`, `Your standing in ${own.category_name}`, unfold],
      ["/capacity", "Your spare hours", async (page) => {
        await page.getByRole("button", { name: "Publish spare hours for a place" }).click();
        await submitEmpty("Publish")(page);
      }],
      ["/team", "Your team", async (page) => {
        await unfold(page);
        await page.getByRole("button", { name: "Invite a colleague" }).click();
        await submitEmpty("Send the invitation")(page);
      }],
      ["/organisation", "Acorn Example Care"],
      [`/markets/${market.id}`, market.name],
      [`/markets/${market.id}/join/${market.categories[0].id}`, /^Ask to join/],
      ["/passport", "Your passport"],
      ["/passport/training", "Training and supervision", submitEmpty("Save")],
      ["/contracts", "Contracts"],
      ["/packages", "You cannot see this page"],
    ],
    "Orchard Manager": [
      ["/enrolments", "Your standing"],
      [joining, /^Ask to join/],
      ...draft.sections.map(({ id, title }) => [`${joining}/${id}`, title]),
      [`${joining}/quality`, "How good it is", submitEmpty("Save and continue")],
      [`${joining}/check`, "Check your answers", submitEmpty("Send your request")],
    ],
    "Brook Broker": [
      ["/", "Hello, Brook Broker"],
      ["/opportunities", "Opportunities"],
      ["/opportunities?show=closed", "Closed opportunities"],
      [`/opportunities/${bidden.id}`, bidden.title, unfold],
      [`/opportunities/${open.id}`, open.title, async (page) => {
        await unfold(page);
        await submitEmpty("Publish to every provider")(page);
      }],
      [`/opportunities/${open.id}/correct`, "Correct the advert"],
      [`/opportunities/${open.id}/correct`, "Correct the advert", submitEmpty("Correct it for everybody")],
      ["/search?q=Example", "Search", (page) => page.getByRole("table", { name: "Providers" }).waitFor()],
      [`/packages/new?from=${open.officers.package_id}`, "Draft a package"],
      ["/packages", "Packages"],
      ["/packages/new", "Draft a package", submitEmpty("Save and check")],
      [`/packages/${leaking.id}`, leaking.title],
      [`/packages/${leaking.id}/edit`, "Change the package"],
      [`/packages/${open.officers.package_id}`, open.title],
      [`/packages/${leaking.id}/direct-award/choice`, CHOICE, submitEmpty("Continue")],
      [`/packages/${leaking.id}/direct-award/urgent`, "Urgent award", (page) => proposeTo(page, "Acorn Example Care")],
      [`/packages/${leaking.id}/direct-payment`, "The person chose a Direct Payment", submitEmpty("Record the Direct Payment")],
      [`/packages/${paid.id}`, paid.title],
      [`/markets/${market.id}/simulator`, SIMULATOR],
      [`/markets/${market.id}/simulator?package=${open.officers.package_id}`, SIMULATOR, simulate],
      [`/markets/${market.id}/simulator`, SIMULATOR, async (page) => {
        await page.getByLabel("Quality weighs").fill("140");
        await submitEmpty("Simulate")(page);
      }],
    ],
    "Pat Procurement": [
      ["/enrolments", "Enrolments"],
      ["/enrolments?queue=nobodys", "Enrolments"],
      ...waiting,
      ...waiting.slice(0, 1).map((view) => [...view, unfold]),
      ["/standings", "Standings to look at"],
      [`/enrolments/${removal.enrolment_id}/standing`, `Standing of ${removal.provider_name}`],
      [`/markets/${market.id}/scheme`, "Scheme of delegation"],
      [`/markets/${market.id}/scheme/delegation`, "Enter a delegation", submitEmpty("Enter the delegation")],
      [`/markets/${market.id}/scheme/decision`, "Enter a decision of members", submitEmpty("Enter the decision")],
      [`/markets/${market.id}/scheme/post`, "Create a post", submitEmpty("Create the post")],
      [`/markets/${market.id}/scheme/holder`, "Appoint somebody to a post", submitEmpty("Appoint")],
      ["/concerns", "Concerns from registers", unfold],
      ["/concerns?show=closed", "Concerns that are closed"],
      [`/enrolments/${fallen.enrolment_id}/standing`, `Standing of ${fallen.provider_name}`, unfold],
      ["/tasks", "Tasks", unfold],
      ["/tasks?show=done", "Tasks that are done"],
      [`/contracts/${contract.id}`, `Contract ${contract.reference}`, unfold],
      [`/markets/${market.id}/letters`, "What letters say"],
      [`/markets/${market.id}/letters/outcome_told`, "The outcome", previewed],
      [`/markets/${market.id}/letters/enrolment_admitted`, "Admitted", async (page) => {
        await previewed(page);
        await unfold(page);
        await page.getByLabel("Subject", { exact: true }).fill("Hello {name}");
        await page.getByText("“{name}” is no placeholder of this letter.").waitFor();
        await page.getByLabel("Subject", { exact: true }).fill("");
        await submitEmpty("Save this wording")(page);
      }],
      [`/opportunities/${held.id}`, held.title, async (page) => {
        await unfold(page);
        await submitEmpty("Record the challenge")(page);
      }],
      [`/opportunities/${challenged.id}`, challenged.title, submitEmpty("Lift the challenge")],
      [`/markets/${market.id}/budget`, "Budget", unfold],
      [`/markets/${market.id}/budget`, "Budget", async (page) => {
        await unfold(page);
        await submitEmpty("Record the decision")(page);
      }],
      ["/figures", "Figures"],
      ["/figures", "Figures", unfold],
      ["/clocks", "Legal clocks"],
      ["/clocks", "Legal clocks", unfold],
    ],
    "Lee Lead-Commissioner": [
      [`/opportunities/${marking.id}/declaration`, "Your interests", submitEmpty("Declare")],
      [`/opportunities/${marking.id}/declaration`, "Your interests", (page) => page.getByLabel("I have an interest").check()],
      [`/opportunities/${moderated.id}/declaration`, "Your interests", unfold],
      [`/opportunities/${moderated.id}/evaluation`, "Moderation", unfold],
      [`/opportunities/${moderated.id}/evaluation`, "Moderation", async (page) => {
        await page.getByRole("button", { name: "Record the consensus" }).first().click();
        await page.getByRole("alert").waitFor();
      }],
    ],
    "Eden Evaluator": [
      [`/opportunities/${moderated.id}/evaluation`, "Moderation"],
      [`/opportunities/${marking.id}/evaluation`, "Mark the answers"],
      [`/opportunities/${marking.id}/evaluation`, "Mark the answers", async (page) => {
        await page.getByRole("button", { name: "Save and go on" }).click();
        await page.getByRole("alert").waitFor();
      }],
      [`/opportunities/${marking.id}/evaluation`, "Mark the answers", markOne],
      [`/opportunities/${marking.id}/evaluation`, "Mark the answers", unfold],
    ],
    "Ellis Evaluator": [
      [`/opportunities/${marking.id}/evaluation`, "Answers", (page) => page.getByText("You have finished: your marks are locked.").waitFor()],
    ],
    "Dale Director": [
      [`/direct-awards/${urgent.id}`, "Urgent award", async (page) => {
        await page.getByLabel("End it earlier").check();
        await submitEmpty("Record the review")(page);
      }],
    ],
    "Ash Assistant-Director": [
      [`/opportunities/${priced.id}/ranking`, "Ranking", unfold],
      [`/opportunities/${priced.id}/evaluation`, "Answers and marks", unfold],
      ["/", "Hello, Ash Assistant-Director"],
      ["/approvals", "Approvals"],
      ["/direct-awards", "Awards without bids"],
      [`/direct-awards/${proposed.id}`, CHOICE, submitEmpty("Decide")],
      [`/markets/${market.id}/scheme`, "Scheme of delegation"],
      [`/markets/${market.id}/approvers`, "Who could approve?", unfold],
      [`/opportunities/${recommended.id}/ranking`, "Ranking", unfold],
      [`/approvals/${recommended.id}`, recommended.title],
      [`/approvals/${recommended.id}`, recommended.title, submitEmpty("Decide")],
      [`/approvals/${awarded.id}`, awarded.title],
      ["/interests", "Your register of interests"],
      ["/interests", "Your register of interests", submitEmpty("Declare it")],
      [`/opportunities/${awarded.id}/ranking`, "Ranking"],
      [`/opportunities/${priced.id}/record`, "How the bids were evaluated"],
      [`/opportunities/${recommended.id}/record`, "Why this award is recommended", unfold],
      [`/opportunities/${awarded.id}/record`, "Why this award was made", unfold],
      ["/contracts", "Contracts"],
      [`/contracts/${contract.id}`, `Contract ${contract.reference}`],
      [`/history/opportunity/${awarded.id}`, "History of the opportunity"],
    ],
  };
  const bidder = `${round.officers.bidders[0].provider_name.split(" ")[0]} Manager`;
  const page = `/opportunities/${round.opportunity_id}/round`;
  (all[bidder] ??= []).push([page, "Ranking round", unfold]);
  all["Lee Lead-Commissioner"].push([page, "Ranking round", unfold], [page, "Ranking round", async (shown) => {
    await unfold(shown);
    await submitEmpty("Pause")(shown);
  }]);
  return all;
}

/** A package for which a Direct Payment was chosen */
async function paidFor(broker) {
  for (const { id } of (await broker.get("/api/packages?page_size=100")).items) {
    const shown = await broker.get(`/api/packages/${id}`);
    if (shown.direct_payment) return shown;
  }
  throw new Error("the demonstration has no package for which a Direct Payment was chosen");
}

async function draftOf(broker, id) {
  const { category_id, person_reference, title, outward_code, age_band, quantities, starts_on, initial_term_weeks, preference } =
    await broker.get(`/api/packages/${id}`);
  return { category_id, person_reference, title, outward_code, age_band, quantities, starts_on, initial_term_weeks, preference };
}

/** The server's own pages, which need no script: their headings do not depend on what is in them */
const PUBLIC = [
  ["/public", "Care bought in the open"],
  ["/public/contracts", "The register of contracts"],
  ["/public/contracts?q=Example", "The register of contracts"],
  ["/public/contracts?q=nothing+has+these+words", "The register of contracts"],
  ["/public/decisions", "Decisions"],
  ["/public/figures", "Figures"],
  ["/public/nowhere", "Page not found"],
];

/** Colours are the same at every width, and take longest to look at: once is enough. */
async function brokenRules(page, colours) {
  const { violations } = await page.evaluate(
    (enabled) =>
      window.axe.run(document, {
        resultTypes: ["violations"],
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        rules: { "color-contrast": { enabled } },
      }),
    colours,
  );
  return violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.target.join(" ")).slice(0, 3).join("; ")}`);
}

/**
 * What is wrong with the page as it is laid out: wider than the screen, with words that are cut off, with something that
 * stays in front of most of a low screen, or that moves though nothing should.
 */
const misplaced = (page) =>
  page.evaluate(() => {
    const wrong = [];
    const named = (element) => `${element.tagName.toLowerCase()}.${[...element.classList].join(".")}`;
    const overhang = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (overhang > 0) wrong.push(`scrolls sideways by ${overhang} px`);
    let stays = 0;
    for (const element of document.body.querySelectorAll("*")) {
      const style = getComputedStyle(element);
      if (style.visibility === "hidden" || element.closest(".govuk-visually-hidden, svg, iframe")) continue;
      const { clientWidth, clientHeight, scrollWidth, scrollHeight } = element;
      const cuts = (overflow) => overflow === "hidden" || overflow === "clip";
      if (clientWidth > 1 && clientHeight > 1 && element.textContent.trim()) {
        if (cuts(style.overflowX) && scrollWidth > clientWidth + 1) wrong.push(`${named(element)} cuts words off at its side`);
        if (cuts(style.overflowY) && scrollHeight > clientHeight + 1) wrong.push(`${named(element)} cuts words off below`);
      }
      const across = clientWidth > window.innerWidth / 2;
      if (across && (style.position === "fixed" || style.position === "sticky")) stays += Math.min(clientHeight, window.innerHeight);
      const moves = (durations) => durations.split(",").some((one) => parseFloat(one) > 0);
      if (style.animationName !== "none" && moves(style.animationDuration)) wrong.push(`${named(element)} is animated`);
      if (style.transitionProperty !== "none" && moves(style.transitionDuration)) wrong.push(`${named(element)} has a transition`);
    }
    if (stays > window.innerHeight / 2) wrong.push(`${stays} px of ${window.innerHeight} stay in front of everything`);
    if (document.getAnimations().length > 0) wrong.push("something moves");
    return [...new Set(wrong)];
  });

/** Without scripts the server's own pages say the same. */
async function withoutScripts(browser, url, wrong) {
  const context = await windowOf(browser, url, { ...SIZES[0], javaScriptEnabled: false });
  try {
    const page = await context.newPage();
    for (const [path, heading] of PUBLIC) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      if ((await page.locator("main p, main td, main li, main dd").count()) === 0) wrong.push(`${path} says nothing without scripts`);
    }
    await page.goto("/public");
    await page.locator("main a[href^='/public/markets/']").first().click();
    await page.getByRole("heading", { name: "How to join" }).waitFor();
    await page.goto("/public/contracts");
    await page.getByRole("searchbox").fill("Example");
    await page.getByRole("button", { name: "Search" }).click();
    await page.waitForURL(/q=Example/);
  } finally {
    await context.close();
  }
}

/** One view, at both sizes: a telephone that is turned and a window that is drawn wider show the same page. */
async function look(page, at, [path, heading, act], wrong) {
  await page.setViewportSize(SIZES[0]);
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  await page.waitForFunction(() => !document.querySelector(".fl-loading"));
  await act?.(page);
  // Run as the page's own script would be, but past its policy, which allows no script from elsewhere.
  await page.evaluate(axe.source);
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const words of await misplaced(page)) wrong.push(`${at}, ${size.width} px: ${words}`);
    for (const rule of await brokenRules(page, size === SIZES.at(-1))) wrong.push(`${at}, ${size.width} px: ${rule}`);
  }
}

async function looks(browser, url, name, own, wrong) {
  const context = await windowOf(browser, url);
  try {
    const page = await context.newPage();
    const complaints = watch(page, url);
    if (name) await new SignIn(page).as(name);
    for (const view of own) {
      const [path, heading, act] = view;
      const at = `${name || "nobody"} at ${path}${act ? " (acting)" : ""}`;
      // A view that does not come hides none of the others.
      await look(page, at, view, wrong).catch((failure) => wrong.push(`${at}: ${failure.message}`));
      // A page that is not one's own to see, or is none, is refused by the server, which Chromium calls an error.
      const expected = heading === "You cannot see this page" ? /\b403\b/ : heading === "Page not found" ? /\b404\b/ : /^$/;
      for (const complaint of complaints.splice(0)) if (!expected.test(complaint)) wrong.push(`${at}: ${complaint}`);
    }
  } finally {
    await context.close();
  }
}

/** What a browser fetches first comes packed, as tightly as the browser can take it. */
async function comesPacked(url) {
  const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(await (await fetch(url)).text());
  for (const [taken, given] of [["gzip, br", "br"], ["gzip", "gzip"], ["identity", null]]) {
    const answer = await fetch(url + script, { headers: { "Accept-Encoding": taken } });
    assert.equal(answer.headers.get("Content-Encoding"), given, `to whoever takes ${taken}`);
    assert.match(await answer.text(), /^\s*\S/);
  }
}

export async function everybody({ browser, url }) {
  const wrong = [];
  await comesPacked(url);
  await withoutScripts(browser, url, wrong);
  const waiting = Object.entries(await views(url));
  const some = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) await looks(browser, url, ...one, wrong);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  assert.equal([...new Set(wrong)].join("\n"), "");
}
