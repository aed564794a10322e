import { writeFile } from "node:fs/promises";
import axe from "axe-core";
import { launch, windowOf } from "./browser.mjs";
import { SignIn } from "./pages.mjs";
import { Program } from "./programs.mjs";
import { demonstration } from "./server.mjs";
const server = await demonstration();
const { url } = server;
const browser = await launch();
try {
  const commissioner = await Program.signIn(url, "Lee Lead-Commissioner");
  const awarded = await commissioner.opportunityAt("awarded");
  const recommended = await commissioner.opportunityAt("recommended");
  const priced = await commissioner.opportunityAt("priced");
  for (const [width, name] of [[320, "s"], [1280, "l"]]) {
    const page = await (await windowOf(browser, url, { width, height: 900 })).newPage();
    page.on("console", (m) => m.type() === "error" && console.log("console", m.text()));
    await new SignIn(page).as("Ash Assistant-Director", "/approvals");
    for (const [one, what] of [[awarded, "awarded"], [recommended, "recommended"], [priced, "priced"]]) {
      await page.goto(`/opportunities/${one.id}/record`);
      await page.locator("h1").waitFor();
      await page.getByRole("heading", { name: "Work it out again" }).waitFor();
      if (what === "awarded") await page.screenshot({ path: `/tmp/shots/${what}-${name}-closed.png`, fullPage: true });
      for (const summary of await page.locator("details > summary").all()) await summary.click();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      console.log(what, width, "scrollWidth", wide, violations.map((v) => v.id + " " + v.nodes.map((n) => n.target + n.html.slice(0, 100)).join("|")));
      await page.screenshot({ path: `/tmp/shots/${what}-${name}.png`, fullPage: true });
    }
    if (width === 1280) { await page.goto(`/opportunities/${awarded.id}/record`); await page.getByRole("heading", { name: "Work it out again" }).waitFor(); await page.emulateMedia({media:"print"}); await writeFile("/tmp/shots/print.pdf", await page.pdf({format:"A4"})); }
  }
  const c = commissioner;
  for (const [one, what] of [[awarded, "awarded"], [priced, "priced"]]) for (const kind of ["pdf", "html", "zip", "json"]) {
    const t = Date.now();
    const reply = await fetch(`${url}/api/opportunities/${one.id}/record.${kind}`, { headers: { authorization: `Bearer ${c.token}` } });
    const bytes = Buffer.from(await reply.arrayBuffer());
    console.log(what, kind, reply.status, bytes.length, Date.now() - t, "ms");
    await writeFile(`/tmp/shots/${what}.${kind}`, bytes);
  }
} finally { await browser.close(); await server.stop(); }
