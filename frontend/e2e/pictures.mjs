// Pictures for the README: a demonstration with its robots, once something has moved.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, windowOf } from "./browser.mjs";
import { Bid, Opportunity, SignIn } from "./pages.mjs";
import { Program } from "./programs.mjs";
import { demonstration } from "./server.mjs";

const FOLDER = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
const MOVED_MAX = 300_000;
const ANSWER =
  "Two people from the team visit before the move, at the time of day the person chooses. The first week is planned with them, hour by hour.";

async function main() {
  await mkdir(FOLDER, { recursive: true });
  const server = await demonstration({ robots: true });
  const { url } = server;
  const browser = await launch();
  try {
    const enter = async (name, path, size) => {
      const page = await (await windowOf(browser, url, { reducedMotion: "no-preference", ...size })).newPage();
      await new SignIn(page).as(name, path);
      return page;
    };
    const picture = (page, name) => page.screenshot({ path: `${FOLDER}${name}.png` });

    const commissioner = await Program.signIn(url, "Lee Lead-Commissioner");
    const lively = async () =>
      (await commissioner.opportunities("live"))
        .filter((one) => one.reference.startsWith("SL") && Date.parse(one.closes_at) - Date.now() > 5 * 60_000)
        .sort((a, b) => b.counts.will_bid + b.counts.bids - a.counts.will_bid - a.counts.bids)[0];

    // The officers' board, once robots have said and bid something on it.
    const board = await enter("Brook Broker", "/opportunities", { height: 1000 });
    await board
      .locator(".fl-counts > div:last-child dd", { hasText: /[1-9]/ })
      .first()
      .waitFor({ timeout: MOVED_MAX });
    await picture(board, "board");

    const { id } = await lively();
    const shown = await enter("Acorn Manager", `/opportunities/${id}`, { height: 1000 });
    await new Opportunity(shown).sees("The person’s needs");
    await picture(shown, "opportunity");

    const phone = await enter("Aspen Manager", `/opportunities/${id}/bid`, { width: 390, height: 844, deviceScaleFactor: 2 });
    const bid = new Bid(phone);
    await phone.locator(".fl-sum").first().waitFor();
    for (const rate of await phone.locator("input[name^='rates.']:not([readonly])").all()) {
      const label = await rate.evaluate((input) => input.labels[0].textContent);
      await bid.rate(label, /night/i.test(label) ? "80.50" : "14.10");
    }
    await bid.answerAll(ANSWER);
    await phone.getByText(/^You have not submitted/).first().evaluate((words) => words.scrollIntoView({ block: "start" }));
    await phone.evaluate(() => window.scrollBy(0, -24));
    await picture(phone, "bid-phone");

    const recommended = await commissioner.opportunityAt("recommended");
    const ranking = await enter("Ash Assistant-Director", `/opportunities/${recommended.id}/ranking`, { height: 1000 });
    await ranking.getByText("Every bid, ranked").waitFor();
    await picture(ranking, "ranking");

    const letters = await enter("Brook Broker", "/letters", { height: 800 });
    await letters.getByText(/\d+ people/).first().waitFor();
    // Far enough back that more is to be seen than what was advertised last.
    const outcome = letters.getByRole("link", { name: /^The outcome of|^You are awarded/ });
    while ((await outcome.count()) === 0 && (await letters.getByRole("button", { name: "Show more" }).isVisible())) {
      const before = await letters.getByRole("row").count();
      await letters.getByRole("button", { name: "Show more" }).click();
      await letters.getByRole("row").nth(before).waitFor();
    }
    await letters.getByRole("row").nth(1).scrollIntoViewIfNeeded();
    await letters.evaluate(() => window.scrollTo(0, 0));
    await picture(letters, "letters");
  } finally {
    await browser.close();
    await server.stop();
  }
}

await main();
