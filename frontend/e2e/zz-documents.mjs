import { launch, windowOf } from "./browser.mjs";
import { demonstration } from "./server.mjs";
import { SignIn } from "./pages.mjs";
import { Program } from "./programs.mjs";
const server = await demonstration(); const browser = await launch(); const url = server.url;
const [first, second, third] = process.argv.slice(2);
try {
  const ids = {};
  for (const who of [first, second, third]) {
    const p = await Program.signIn(url, who);
    ids[who] = (await p.get("/api/enrolments")).items[0].id;
  }
  async function shot(who, path, name, widths, then) {
    const c = await windowOf(browser, url); const p = await c.newPage();
    const wrong = []; p.on("pageerror", (e) => wrong.push(String(e))); p.on("console", (m) => m.type() === "error" && wrong.push(m.text()));
    await new SignIn(p).as(who, path); await p.waitForTimeout(1200);
    if (then) await then(p);
    for (const w of widths) { await p.setViewportSize({ width: w, height: 900 }); await p.waitForTimeout(300);
      const wide = await p.evaluate(() => document.documentElement.scrollWidth);
      console.log(name, w, "scrollWidth", wide, wrong.join(" | "));
      await p.screenshot({ path: `/tmp/d-${name}-${w}.png`, fullPage: true }); }
    await c.close();
  }
  const W = [320, 1280];
  await shot(first, `/enrolments/${ids[first]}`, "enrolment", W);
  await shot(first, `/enrolments/${ids[first]}/evidence`, "evidence", W);
  await shot(third, `/enrolments/${ids[third]}/evidence`, "expired", W);
  await shot(second, `/enrolments/${ids[second]}/evidence`, "give", W, async (p) => {
    await p.getByRole("button", { name: /Give it again/ }).first().click();
    await p.getByLabel("Reference or number").fill("POL-2027-000123");
    await p.setInputFiles("input[type=file]", { name: "Certificate of public liability insurance 2027 (signed).pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\nhello\nstartxref\n9\n%%EOF\n") });
    await p.waitForTimeout(1500);
  });
  await shot(second, `/enrolments/${ids[second]}/evidence`, "wrong", [320], async (p) => {
    await p.getByRole("button", { name: /Give it again/ }).first().click();
    await p.setInputFiles("input[type=file]", { name: "page.pdf", mimeType: "application/pdf", buffer: Buffer.from("<html>") });
    await p.waitForTimeout(1500);
  });
  await shot("Pat Procurement", `/enrolments/${ids[first]}`, "officer", W, async (p) => { await p.getByLabel("Accept", { exact: true }).first().check(); });
  await shot("Pat Procurement", `/tasks`, "tasks", W);
} finally { await browser.close(); await server.stop(); }
