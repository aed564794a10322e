// The pages as people use them. A journey says what somebody does; these say where on the page.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";

class OnPage {
  constructor(page) {
    this.page = page;
  }

  heading(name) {
    return this.page.getByRole("heading", { level: 1, name });
  }

  async open(path, heading) {
    await this.page.goto(path);
    await this.heading(heading).waitFor();
  }

  press(name) {
    return this.page.getByRole("button", { name, exact: true }).click();
  }

  follow(name) {
    return this.page.getByRole("link", { name }).first().click();
  }

  /** To a page of the navigation, and not on before it stands */
  async go(name) {
    await this.page.getByRole("link", { name, exact: true }).first().click();
    await this.heading(name).waitFor();
  }

  sees(words) {
    return this.page.getByText(words).first().waitFor();
  }
}

/** The words of each of these, once the first is there */
export async function wordsOf(locator) {
  await locator.first().waitFor();
  return (await locator.allInnerTexts()).map((words) => words.trim());
}

export class SignIn extends OnPage {
  async as(name, then = "/opportunities") {
    await this.open(`/sign-in?return=${encodeURIComponent(then)}`, "Sign in");
    return this.become(name, then);
  }

  /** Signed out, by the link in a letter: to sign in, and then to where the link leads */
  async byLink(name, path) {
    await this.open(path, "Sign in");
    return this.become(name, path);
  }

  async become(name, then) {
    const button = this.page.getByRole("button", { name });
    await this.page.getByRole("heading", { name: "Providers" }).waitFor();
    if (!(await button.isVisible())) await this.page.getByText(/\d+ other providers/).click();
    await button.click();
    await this.page.waitForURL(`**${then}`);
    await this.page.getByRole("button", { name: "Sign out" }).waitFor();
    return this;
  }

  async register({ organisation, person, email, password }) {
    await this.open("/register", "Register your organisation");
    await this.page.getByLabel("Name", { exact: true }).fill(organisation);
    await this.page.getByLabel("First half of your office’s postcode").fill("ST16");
    await this.page.getByLabel("Your name").fill(person);
    await this.page.getByLabel("Email address").fill(email);
    await this.page.getByLabel("Choose a password").fill(password);
    await this.press("Register and sign in");
    await this.heading("Markets").waitFor();
  }
}

export class Joining extends OnPage {
  async begin(market) {
    await this.page.getByRole("link", { name: market, exact: true }).click();
    await this.heading(market).waitFor();
    await this.follow("Ask to join");
    await this.heading(/^Ask to join/).waitFor();
  }

  async apply() {
    const sections = await this.page.locator(".fl-task-list a").allInnerTexts();
    await this.follow(sections[0]);
    for (const [at, section] of sections.entries()) {
      await this.heading(section).waitFor();
      await this.fillSection();
      await this.press("Save and continue");
      await this.heading(sections[at + 1] ?? /^Ask to join/).waitFor();
    }
    await this.page.getByText(`${sections.length} of ${sections.length} sections completed`).waitFor();
    await this.follow("Check your answers");
    await this.heading("Check your answers").waitFor();
    await this.press("Send your request");
    await this.page.getByText("Applied", { exact: true }).waitFor();
  }

  /** Answers everything on this page, and what its answers ask further. */
  async fillSection() {
    const main = this.page.locator("main");
    for (const box of await main.getByRole("checkbox").all()) await box.check();
    for (let groups = -1, at = 0; groups !== at; ) {
      // The first answer of each; a question may appear with it.
      groups = await main.locator(".govuk-radios").count();
      for (; at < groups; at += 1) await main.locator(".govuk-radios").nth(at).getByRole("radio").first().check();
      groups = await main.locator(".govuk-radios").count();
    }
    for (const input of await main.locator("textarea, input.govuk-input").all()) {
      if (await input.inputValue()) continue;
      const type = await input.getAttribute("type");
      const isEvidence = /^evidence\b.*expires_on$/.test((await input.getAttribute("name")) ?? "");
      if (type === "date" && isEvidence) continue;
      const numeric = (await input.getAttribute("inputmode")) === "decimal";
      await input.fill(type === "date" ? "2019-07-01" : numeric ? "12" : "As we always do it.");
    }
  }
}

export class Enrolment extends OnPage {
  async decide(choice, label, words) {
    await this.page.getByLabel(choice, { exact: true }).check();
    await this.page.getByRole("textbox", { name: label }).fill(words);
    await this.press(choice);
  }

  standing(words) {
    return this.page.locator(".govuk-tag", { hasText: new RegExp(`^${words}$`) }).waitFor();
  }

  async answer(words) {
    await this.page.getByRole("textbox", { name: "Your answer" }).fill(words);
    await this.press("Answer the question");
  }
}

export class PackageEditor extends OnPage {
  async write({ category, reference, title, needs, quantities, starts_on }) {
    await this.open("/packages/new", "Draft a package");
    await this.page.getByLabel("Category").selectOption({ label: category });
    await this.page.getByLabel("Your own case number").fill(reference);
    await this.page.getByLabel("Title").fill(title);
    await this.page.getByLabel("Needs").fill(needs);
    await this.page.getByLabel("First half of the postcode").fill("ST16");
    await this.page.getByLabel("25 to 39").check();
    for (const [line, quantity] of Object.entries(quantities)) await this.page.getByLabel(line).fill(quantity);
    await this.page.getByLabel("Care starts on").fill(starts_on);
    await this.save();
  }

  async rewrite(needs) {
    await this.follow("Change the package");
    await this.page.getByLabel("Needs").fill(needs);
    await this.save();
  }

  async save() {
    await this.press("Save and check");
    await this.page.getByRole("heading", { name: "Advertise it", exact: true }).waitFor();
  }

  /**
   * Bidding closes so many seconds from now. The page asks for a whole minute and sends what was typed; on the wire it
   * is brought forward, for nobody has the time to wait for the minute.
   */
  async advertise(secondsAhead) {
    const closes = new Date(Math.ceil((Date.now() + 120_000) / 60_000) * 60_000);
    let sent;
    await this.page.route(
      "**/api/packages/*/publish",
      (route) => {
        const form = route.request().postDataJSON();
        sent = form.closes_at;
        const closes_at = new Date(Date.now() + secondsAhead * 1000).toISOString();
        return route.continue({ postData: JSON.stringify({ ...form, closes_at }) });
      },
      { times: 1 },
    );
    const shown = new Intl.DateTimeFormat("en-CA", {
      timeZone: "Europe/London",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    }).formatToParts(closes);
    const part = (type) => shown.find((one) => one.type === type).value;
    await this.page.getByLabel("Bidding closes on").fill(`${part("year")}-${part("month")}-${part("day")}`);
    await this.page.getByLabel("At (London time)").fill(`${part("hour")}:${part("minute")}`);
    await this.press("Advertise now");
    await this.page.waitForURL(/\/opportunities\/[0-9a-f-]+$/);
    assert.equal(Date.parse(sent), closes.getTime(), "the page sends the minute that was typed, as it is in London");
    return this.page.url().split("/").at(-1);
  }
}

export class Board extends OnPage {
  newOnes() {
    return this.page.getByRole("button", { name: /^Show \d+ new opportunit/ });
  }

  card(title) {
    return this.page.getByRole("listitem").filter({ has: this.page.getByRole("link", { name: title, exact: true }) });
  }

  live() {
    return this.page.getByText("Live", { exact: true });
  }
}

export class Opportunity extends OnPage {
  count(label) {
    return this.page
      .locator(".fl-counts--big > div")
      .filter({ has: this.page.locator("dt", { hasText: new RegExp(`^${label}$`) }) })
      .locator("dd");
  }

  async counts(label, many) {
    await this.count(label).filter({ hasText: new RegExp(`^${many}$`) }).waitFor();
  }

  async willBid() {
    await this.page.getByLabel("We will bid").check();
    await this.press("Tell the council");
    await this.sees("You said:");
  }

  /** By the page alone, as the clock passes the deadline: nothing is read again by hand. */
  closed(patience) {
    return this.page.getByText("Bidding has closed").first().waitFor({ timeout: patience });
  }
}

export class Bid extends OnPage {
  notSubmitted() {
    return this.page.getByText("You have not submitted this bid");
  }

  async rate(line, amount) {
    await this.page.getByLabel(line).fill(amount);
  }

  async answerAll(words) {
    for (const box of await this.page.locator("textarea").all()) await box.fill(words);
  }

  price(words) {
    return this.page.locator(".fl-sum", { hasText: words }).locator("strong");
  }

  /** Looks at it all once more, and sends it. */
  async submit(name, receipt) {
    await this.press("Check and submit");
    await this.page.getByRole("heading", { name: "Check your bid before you submit it" }).waitFor();
    await this.sees("Not sent yet");
    await this.press(name);
    await this.page.getByRole("heading", { name: receipt }).waitFor();
  }
}

export class Declaration extends OnPage {
  /** Reads who has bid, and declares no interest. */
  async none(...bidders) {
    await this.heading("Your interests").waitFor();
    for (const name of bidders) await this.page.getByRole("listitem").filter({ hasText: name }).waitFor();
    await this.page.getByLabel("I have no interest in any of these bidders").check();
    await this.press("Declare");
  }
}

export class Evaluation extends OnPage {
  /** Marks every answer as the reader of it decides, and knows no more of the bid than the page shows. */
  async markAll(markOf) {
    const bidders = new Set();
    await this.page.locator(".fl-places a").first().click();
    const answer = this.page.locator("section[aria-labelledby='answer']");
    for (let at = 1; ; at += 1) {
      const place = answer.getByText(new RegExp(`^Answer ${at} of \\d+$`));
      await place.waitFor();
      bidders.add(await answer.locator(".fl-bidder").innerText());
      const { mark, reason } = markOf(await answer.locator("blockquote").innerText());
      await answer.getByRole("radio", { name: new RegExp(`^${mark}\\b`) }).check();
      await answer.getByLabel("Your reason").fill(reason);
      if ((await place.innerText()) === `Answer ${at} of ${at}`) break;
      // As somebody does who never takes their hands off the keyboard.
      await answer.getByLabel("Your reason").press("Control+Enter");
    }
    await answer.getByRole("button", { name: "Save this mark" }).click();
    await this.page.getByText("Every answer has a mark of yours. Look").waitFor();
    return bidders.size;
  }

  finish() {
    return this.press("I have finished");
  }

  /** The consensus on the first answer that waits for one */
  async settle(mark, reason) {
    const waiting = this.page.getByText("Evaluators differ", { exact: true });
    const before = await waiting.count();
    const part = this.page.locator("section").filter({ has: this.page.getByRole("button", { name: "Record the consensus" }) }).last();
    await part.getByLabel(/^Consensus mark/).fill(mark);
    await part.getByLabel(/^Reason for the consensus/).fill(reason);
    await part.getByRole("button", { name: "Record the consensus" }).click();
    await this.page.waitForFunction(
      (less) => [...document.querySelectorAll(".govuk-tag")].filter((tag) => tag.textContent === "Evaluators differ").length < less,
      before,
    );
  }
}

export class Ranking extends OnPage {
  async row(provider) {
    const table = this.page.getByRole("table", { name: "Every bid, ranked" });
    const cells = table.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name: provider }) }).getByRole("cell");
    return wordsOf(cells);
  }

  /** What a formula would have chosen from these bids */
  async chosenBy(formula) {
    const row = this.page.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name: formula, exact: true }) });
    return wordsOf(row.getByRole("cell"));
  }

  decision() {
    return this.page.getByRole("heading", { name: "Your decision" });
  }

  async recommend(provider, reason) {
    await this.page.getByRole("radio", { name: new RegExp(provider) }).check();
    await this.page.getByRole("region", { name: "Recommend an award" }).getByLabel("Reasons").fill(reason);
    await this.press("Recommend");
    await this.page.getByText("Waiting for approval").first().waitFor();
  }

}

/** The form of a decision, wherever it stands */
export class Decision extends OnPage {
  constructor(page, name = "Your decision") {
    super(page);
    this.form = page.getByRole("region", { name });
  }

  async decide({ choice, reason, order, lastDay, confirming = true }) {
    await this.form.getByRole("radio", { name: choice }).check();
    if (lastDay) await this.form.getByLabel("The contract’s last day").fill(lastDay);
    await this.form.getByLabel("Reasons", { exact: true }).fill(reason);
    await this.press(order);
    // Whoever decides confirms who they are, once in a while: in a demonstration with one click.
    if (confirming) await this.press(`Confirm and ${order.charAt(0).toLowerCase()}${order.slice(1)}`);
  }

  async approve(reason, { confirming } = {}) {
    await this.decide({ choice: /^Approve the award/, reason, order: "Approve the award", confirming });
    await this.heading(/^Contract /).waitFor();
  }
}

/** An award without bids, proposed step by step */
export class Proposal extends OnPage {
  async step(heading, fill) {
    await this.page.getByRole("heading", { level: 2, name: heading }).waitFor();
    await fill();
    await this.press("Continue");
  }

  choose(provider) {
    return this.step(/^Which provider/, async () => {
      const choice = this.page.getByRole("option", { name: `${provider} (Admitted)` });
      await this.page.getByLabel("Provider", { exact: true }).selectOption(await choice.getAttribute("value"));
    });
  }

  explain(why) {
    return this.step(/^Why it /, async () => {
      await this.page.getByLabel(/^Why (this is|care must)/).fill(why);
      await this.page.getByLabel("The council’s own basis").fill("Standing orders, part 4, rule 12.");
    });
  }

  exclude() {
    return this.step(/^Check that it is not excluded/, () =>
      this.page.getByLabel("What you checked of the grounds for exclusion").fill("Its declarations were read today and hold."),
    );
  }

  async propose({ provider, why, rates, starts_on, weeks }) {
    await this.choose(provider);
    await this.explain(why);
    await this.exclude();
    await this.step("Rates and term", async () => {
      for (const [line, rate] of Object.entries(rates)) await this.page.getByLabel(line).fill(rate);
      await this.page.getByLabel("Care starts on").fill(starts_on);
      await this.page.getByLabel("Term").fill(weeks);
    });
    await this.page.getByRole("heading", { level: 2, name: "Check before you propose it" }).waitFor();
    await this.press("Propose the award");
    await this.page.waitForURL(/\/direct-awards\/[0-9a-f-]+$/);
    await this.sees("Waiting for approval");
    return this.page.url().split("/").at(-1);
  }
}

export class Simulator extends OnPage {
  /** From the market's page, as its officers come to it */
  async begin(market) {
    await this.page.goto("/markets");
    await this.follow(market);
    await this.heading(market).waitFor();
    await this.follow("Try how bids would be scored");
    await this.heading("Try how bids would be scored").waitFor();
  }

  async propose({ quality, formula }) {
    await this.page.getByLabel("Price formula").selectOption({ label: formula });
    await this.page.getByLabel("Quality weighs").fill(quality);
  }

  async makeUpAnExample() {
    await this.page.getByLabel("Bids that I make up").check();
    await this.press("Fill in an example");
  }

  async simulate() {
    await this.press("Simulate");
    await this.page.getByRole("heading", { name: "What would have come of it" }).waitFor();
  }

  async figure(name) {
    const row = this.page.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name, exact: true }) });
    return wordsOf(row.getByRole("cell"));
  }
}

export class Record extends OnPage {
  async row(provider) {
    const table = this.page.getByRole("table", { name: "All bids" });
    const cells = table.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name: provider }) }).getByRole("cell");
    return wordsOf(cells);
  }

  /** What is downloaded, whole */
  async file(kind) {
    const coming = this.page.waitForEvent("download");
    await this.page.getByRole("link", { name: new RegExp(`\\(${kind}\\)$`) }).click();
    const stream = await (await coming).createReadStream();
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}

export class History extends OnPage {
  async entries() {
    return wordsOf(this.page.locator(".fl-timeline > li > p:first-child"));
  }
}
