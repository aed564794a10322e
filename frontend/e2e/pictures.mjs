// Pictures for the README and docs/tour.md: the real pages of a demonstration with its robots, once something has
// moved. They are the same each time but for the times, and the packages and providers that the demonstration makes up.
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, windowOf } from "./browser.mjs";
import { Bid, Opportunity, SignIn } from "./pages.mjs";
import { Program } from "./programs.mjs";
import { demonstration } from "./server.mjs";

const FOLDER = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
const MOVED_MAX = 300_000;
/** How large a picture may be, in bytes: whoever clones the repository fetches each of them. */
const SIZE_MAX = 150_000;
const PHONE = { width: 360, height: 740, deviceScaleFactor: 2 };
const ANSWER =
  "Two people from the team visit before the move, at the time of day the person chooses. The first week is planned with them, hour by hour.";

async function main() {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const server = await demonstration({ robots: true });
  const { url } = server;
  const browser = await launch();
  try {
    const opened = async (path, size) => {
      const page = await (await windowOf(browser, url, { reducedMotion: "no-preference", ...size })).newPage();
      await page.goto(path);
      return page;
    };
    const enter = async (name, path, size) => {
      const page = await opened("/sign-in", size);
      await new SignIn(page).as(name, path);
      return page;
    };
    const picture = (page, name) => page.screenshot({ path: `${FOLDER}${name}.png` });
    const upTo = async (page, words) => {
      await words.evaluate((element) => element.scrollIntoView({ block: "start" }));
      await page.evaluate(() => window.scrollBy(0, -24));
    };

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

    const pocket = await enter("Acorn Manager", "/opportunities", PHONE);
    await pocket.getByRole("heading", { level: 2 }).first().waitFor();
    await picture(pocket, "board-phone");

    const { id } = await lively();
    const shown = await enter("Acorn Manager", `/opportunities/${id}`, { height: 1000 });
    await new Opportunity(shown).sees("The person’s needs");
    await picture(shown, "opportunity");

    const phone = await enter("Aspen Manager", `/opportunities/${id}/bid`, PHONE);
    const bid = new Bid(phone);
    await phone.locator(".fl-sum").first().waitFor();
    for (const rate of await phone.locator("input[name^='rates.']:not([readonly])").all()) {
      const label = await rate.evaluate((input) => input.labels[0].textContent);
      await bid.rate(label, /night/i.test(label) ? "80.50" : "14.10");
    }
    await bid.answerAll(ANSWER);
    await upTo(phone, phone.getByText("Your price", { exact: true }).first());
    await picture(phone, "bid-phone");

    // Somebody who is asked to mark has declared no interest before.
    const marked = (await commissioner.opportunities("closed")).find((one) => one.stage === "marking");
    const evaluator = await Program.signIn(url, "Eden Evaluator");
    await evaluator.post(`/api/opportunities/${marked.id}/declaration`, {});
    const marking = await enter("Eden Evaluator", `/opportunities/${marked.id}/evaluation?answer=1`, { height: 720 });
    await marking.getByLabel("Your reason").waitFor();
    await upTo(marking, marking.getByText(/^Answer 1 of/));
    await picture(marking, "marking");

    const recommended = await commissioner.opportunityAt("recommended");
    const ranking = await enter("Ash Assistant-Director", `/opportunities/${recommended.id}/ranking`, { height: 1000 });
    await ranking.getByText("Every bid, ranked").waitFor();
    await picture(ranking, "ranking");

    const figures = await enter("Lee Lead-Commissioner", "/figures", { height: 1000 });
    const ends = figures.getByRole("heading", { name: "How packages ended" });
    await ends.waitFor();
    await upTo(figures, ends);
    await picture(figures, "figures");

    const { market_id } = recommended;
    const open = await opened(`/public/markets/${market_id}`, { height: 1000 });
    await open.getByRole("heading", { level: 1 }).waitFor();
    await picture(open, "public-market");
  } finally {
    await browser.close();
    await server.stop();
  }
  for (const name of await readdir(FOLDER)) {
    const { size } = await stat(`${FOLDER}${name}`);
    if (size > SIZE_MAX) throw new Error(`${name} is ${size} bytes: at most ${SIZE_MAX}`);
  }
}

await main();
