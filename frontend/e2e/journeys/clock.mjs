// The server's clock leaps: every page says so for as long as it lasts, whether it was open before or is opened then.
import assert from "node:assert/strict";
import { windowOf } from "../browser.mjs";
import { Board, SignIn } from "../pages.mjs";

export async function clock({ browser, url }) {
  const context = await windowOf(browser, url);
  try {
    const page = await context.newPage();
    const banner = page.getByText("The server’s clock is being put right");
    let told;
    // What the server says passes as it is. Between that the page is told what it would be told of a clock that has leapt.
    await page.routeWebSocket(/\/api\/live$/, (socket) => {
      socket.connectToServer();
      told = (fault) => socket.send(JSON.stringify({ type: "tick", now: new Date().toISOString(), ...fault }));
    });
    await new SignIn(page).as("Birch Manager");
    const board = new Board(page);
    await board.live().waitFor();
    assert.equal(await banner.count(), 0);
    told({ clock_at_fault: true });
    await banner.waitFor();
    assert.equal(await page.getByRole("status").filter({ has: banner }).count(), 1, "it is said aloud, too");
    told({});
    await banner.waitFor({ state: "hidden" });

    // Whoever comes meanwhile reads it in the first answer.
    await page.route("**/api/status", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), clock_at_fault: true } });
    });
    await page.reload();
    await banner.waitFor();
    await board.live().waitFor();
    told({});
    await banner.waitFor({ state: "hidden" });
  } finally {
    await context.close();
  }
}
