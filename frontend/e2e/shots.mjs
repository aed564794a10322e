import { launch, windowOf } from "./browser.mjs";
import { demonstration } from "./server.mjs";
import { SignIn } from "./pages.mjs";
import { Program, dayFrom } from "./programs.mjs";
const server = await demonstration(); const browser = await launch(); const url = server.url;
try {
  const lead = await Program.signIn(url, "Lee Lead-Commissioner");
  const { items } = await lead.get("/api/opportunities?stage=closed");
  let id, flag;
  for (const one of items.filter((c) => c.stage === "priced")) { const r = await lead.get(`/api/opportunities/${one.id}/ranking`); if (r.flags.length) [id, flag] = [one.id, r.flags[0]]; }
  async function shot(who, path, name, widths=[320,1280]) { const c = await windowOf(browser, url); const p = await c.newPage(); await new SignIn(p).as(who, path); await p.waitForTimeout(1200); for (const w of widths) { await p.setViewportSize({width:w,height:900}); await p.waitForTimeout(300); await p.screenshot({path:`/tmp/s-${name}-${w}.png`, fullPage:true}); } await c.close(); }
  await shot("Lee Lead-Commissioner", `/opportunities/${id}/ranking`, "flag");
  await lead.post(`/api/opportunities/${id}/price-question`, {bid_id: flag.bid_id, question: "How can you pay your staff and travel at this price?", answer_by: new Date(Date.now()+3*86400e3).toISOString()});
  const mgr = flag.provider_name.replace(" Example Care", " Manager");
  await shot(mgr, `/opportunities/${id}`, "asked");
  const m = await Program.signIn(url, mgr);
  await m.post(`/api/opportunities/${id}/price-answer`, {answer: "The team already works in the same street, so nobody travels."});
  await shot("Lee Lead-Commissioner", `/opportunities/${id}/ranking`, "answered");
} finally { await browser.close(); await server.stop(); }
