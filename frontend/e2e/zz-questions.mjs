import { launch, windowOf } from "./browser.mjs";
import { demonstration } from "./server.mjs";
import { SignIn } from "./pages.mjs";
import { Program } from "./programs.mjs";
const t0 = Date.now();
const server = await demonstration(); console.log("started in", Date.now() - t0); const browser = await launch(); const url = server.url;
try {
  const orchard = await Program.signIn(url, "Orchard Manager");
  const [begun] = await orchard.get("/api/applications");
  const joining = `/markets/${begun.market_id}/join/${begun.category_id}`;
  const pat = await Program.signIn(url, "Pat Procurement");
  const changed = (await pat.get("/api/tasks")).items.find((one) => one.kind === "passport_changed");
  const applied = (await pat.get("/api/enrolments?standing=applied")).items;
  const day = applied.find((one) => one.market_name.includes("Day")) ?? applied[0];
  async function shots(who, list) {
    const c = await windowOf(browser, url); const p = await c.newPage();
    p.on("console", (m) => m.type() === "error" && console.log(who, m.text()));
    p.on("pageerror", (e) => console.log(who, String(e)));
    await new SignIn(p).as(who);
    for (const [path, name, then] of list) {
      await p.setViewportSize({ width: 1280, height: 900 });
      await p.goto(url + path); await p.waitForTimeout(900); if (then) { try { await then(p); } catch (e) { console.log(name, String(e).slice(0, 300)); } await p.waitForTimeout(600); }
      for (const w of [320, 1280]) { await p.setViewportSize({ width: w, height: 900 }); await p.waitForTimeout(250); const wide = await p.evaluate(() => document.documentElement.scrollWidth); if (wide > w) console.log(name, w, "is", wide); await p.screenshot({ path: `/tmp/qs-${name}-${w}.png`, fullPage: true }); }
    }
    await c.close();
  }
  await shots("Orchard Manager", [
    [joining, "tasks"],
    [`${joining}/offer`, "offer", async (p) => { await p.getByLabel("Yes").nth(1).check(); }],
    [`${joining}/quality`, "quality", async (p) => { await p.getByRole("button", { name: "Save and continue" }).click(); await p.getByRole("alert").waitFor(); }],
    [`${joining}/safety`, "safety"],
    [`${joining}/declarations`, "declarations"],
    [`${joining}/check`, "check"],
    ["/passport", "passport"], ["/passport/training", "topic"], ["/enrolments", "enrolments"],
  ]);
  await shots("Beacon Manager", [["/passport", "passport-changed"]]);
  await shots("Pat Procurement", [[`/enrolments/${changed.subject_id}`, "changed"], [`/enrolments/${day.id}`, "marking"], ["/tasks", "taskspage"]]);
  const m = (await orchard.get("/api/markets"))[0];
  await shots("Orchard Manager", [[`/markets/${begun.market_id}`, "market"]]);
} finally { await browser.close(); await server.stop(); }
