import { launch } from "./browser.mjs";
import { demonstration } from "./server.mjs";
const name = process.argv[2];
const journey = (await import(`./journeys/${name}.mjs`))[name];
const server = await demonstration();
const browser = await launch();
try { await journey({ url: server.url, browser, server }); console.log("ok"); }
catch (e) { console.log(e); if (process.env.SHOT) for (const c of browser.contexts()) for (const p of c.pages()) await p.screenshot({path: `/tmp/shot-${Math.random()}.png`, fullPage: true}); }
await browser.close(); await server.stop();
