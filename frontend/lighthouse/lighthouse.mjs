// Lighthouse on the pages that people live in, as the server gives them: prints what it scores, keeps the figures in
// target/lighthouse/figures.json, and fails under a limit. `make lighthouse` runs it.
//
// A score moves by itself from run to run: each page is looked at five times, each time by a browser that has fetched
// nothing of it before, and the middle one counts. Of a telephone, Lighthouse works out how long a processor four times
// slower would be blocked from how long this one was: the server and this program stand back behind the browser.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import lighthouse, { desktopConfig } from "lighthouse";
import { EXECUTABLE, FLAGS } from "../e2e/browser.mjs";
import { SignIn } from "../e2e/pages.mjs";
import { Program } from "../e2e/programs.mjs";
import { demonstration, freePort } from "../e2e/server.mjs";

const LEAST = { performance: 95, accessibility: 100, "best-practices": 95 };
const TIMES = Number(process.env.LIGHTHOUSE_TIMES ?? 5);
/** Of what the browser does not need: nice values end at 19 */
const BEHIND = 15;
const SCREENS = { telephone: undefined, computer: desktopConfig };
const FIGURES = fileURLToPath(new URL("../../target/lighthouse/", import.meta.url));

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function scoresOf(address, port, config, forget) {
  const runs = [];
  for (let time = 0; time < TIMES; time += 1) {
    await forget();
    const flags = { port, disableStorageReset: true, logLevel: "error", onlyCategories: Object.keys(LEAST) };
    const { lhr } = await lighthouse(address, flags, config);
    if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
    if (lhr.finalDisplayedUrl !== address) throw new Error(`${address} leads to ${lhr.finalDisplayedUrl}`);
    runs.push(lhr);
  }
  const scores = Object.fromEntries(Object.keys(LEAST).map((of) => [of, middle(runs.map((run) => Math.round(run.categories[of].score * 100)))]));
  const seen = (audit) => middle(runs.map((run) => run.audits[audit].numericValue));
  const times = { "first paint, ms": Math.round(seen("first-contentful-paint")), "largest paint, ms": Math.round(seen("largest-contentful-paint")), "blocked, ms": Math.round(seen("total-blocking-time")) };
  const last = runs.at(-1);
  const faults = Object.keys(LEAST)
    .filter((of) => scores[of] < LEAST[of])
    .flatMap((of) => last.categories[of].auditRefs.filter(({ id, weight }) => weight > 0 && (last.audits[id].score ?? 1) < 0.9).map(({ id }) => `${of}: ${last.audits[id].title} (${last.audits[id].displayValue ?? id})`));
  const moved = last.audits["layout-shifts"]?.details?.items ?? [];
  if (scores.performance < LEAST.performance) faults.push(...moved.map((one) => `moved: ${one.node?.selector} (${one.score})`));
  return { scores, times, faults };
}

async function signInAs(name, browser, url) {
  const page = await browser.newPage();
  // A persistent context has no address to begin with.
  const goto = page.goto.bind(page);
  page.goto = (path) => goto(new URL(path, url).href);
  await new SignIn(page).as(name);
  await page.close();
}

async function main() {
  const profile = await mkdtemp(join(tmpdir(), "fairlot-lighthouse-"));
  const port = await freePort();
  // Whoever signs in here is signed in where Lighthouse looks: both are windows of this one browser.
  const browser = await chromium.launchPersistentContext(profile, { executablePath: EXECUTABLE, args: [...FLAGS, `--remote-debugging-port=${port}`] });
  setPriority(BEHIND);
  const server = await demonstration().catch(async (why) => {
    await browser.close();
    throw why;
  });
  const figures = [];
  let failed = false;
  try {
    const broker = await Program.signIn(server.url, "Brook Broker");
    const { id } = await broker.publish("Looked at by Lighthouse", 60);
    const [market] = await broker.get("/api/markets");
    await signInAs("Acorn Manager", browser, server.url);
    // Files that were fetched; who is signed in stays.
    const devtools = await browser.newCDPSession(await browser.newPage());
    const forget = () => devtools.send("Network.clearBrowserCache");
    const pages = [
      ["the board, signed in", "/opportunities"],
      ["the bid form, signed in", `/opportunities/${id}/bid`],
      ["a market’s public page", `/public/markets/${market.id}`],
    ];
    for (const [name, path] of pages) {
      for (const [screen, config] of Object.entries(SCREENS)) {
        const { scores, times, faults } = await scoresOf(server.url + path, port, config, forget);
        figures.push({ page: name, screen, ...scores, ...times });
        for (const fault of faults) console.error(`${name}, ${screen}: ${fault}`);
        failed ||= Object.entries(LEAST).some(([of, least]) => scores[of] < least);
      }
    }
  } finally {
    await browser.close();
    await server.stop();
    await rm(profile, { recursive: true, force: true });
  }
  console.table(figures);
  await mkdir(FIGURES, { recursive: true });
  await writeFile(join(FIGURES, "figures.json"), `${JSON.stringify(figures, null, 2)}\n`);
  if (failed) {
    console.error(`At least ${Object.entries(LEAST).map(([of, least]) => `${least} for ${of}`).join(", ")} is wanted.`);
    process.exitCode = 1;
  }
}

await main();
