// A browser of its own for each run, and for each person a window that nobody else shares.
import { chromium } from "playwright-core";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";

export const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];
export const WAIT_MAX = 20_000;
/** Every answer of the API comes up to so many milliseconds late: what a journey takes for granted comes to light. */
const LATE_MS = Number(process.env.LATE_MS ?? 0);

/** Playwright gives every launch a new user data directory and takes it away afterwards. */
export const launch = () => chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });

export async function windowOf(browser, url, { width = 1280, height = 900, ...options } = {}) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height },
    locale: "en-GB",
    timezoneId: "America/New_York", // The pages say London time wherever the computer is.
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(WAIT_MAX);
  if (LATE_MS) {
    await context.route("**/api/**", async (route) => {
      await wait(Math.random() * LATE_MS);
      await route.continue().catch(() => {}); // The page has gone on meanwhile.
    });
  }
  return context;
}

/** What a page must never do: fail aloud, or speak to another host. */
export function watch(page, url) {
  const host = new URL(url).host;
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    const from = message.location().url;
    complaints.push(`console: ${message.text()} (${from})`);
  });
  page.on("request", (request) => {
    const to = new URL(request.url());
    if (["http:", "https:", "ws:", "wss:"].includes(to.protocol) && to.host !== host) complaints.push(`request: ${request.url()}`);
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== host) complaints.push(`socket: ${socket.url()}`);
  });
  return complaints;
}
