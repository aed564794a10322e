// Somebody who uses the API from a program, as a bearer.
import { randomUUID } from "node:crypto";

export class Program {
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  static async signIn(url, name) {
    const people = await new Program(url).get("/api/demo/people");
    const person = people.find((one) => one.name === name);
    if (!person) throw new Error(`${name} is not in the demonstration`);
    const me = await new Program(url).post("/api/demo/session", { account_id: person.account_id });
    return new Program(url, me.token);
  }

  async ask(method, path, body) {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": randomUUID(),
        ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const said = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${said}`);
    return said ? JSON.parse(said) : null;
  }

  get(path) {
    return this.ask("GET", path);
  }

  post(path, body) {
    return this.ask("POST", path, body);
  }

  async opportunities(stage) {
    return (await this.get(`/api/opportunities?stage=${stage}&page_size=100`)).items;
  }

  /** The newest opportunity at this stage of its life */
  async opportunityAt(stage) {
    const found = (await this.opportunities(stage === "open" ? "live" : "closed")).filter((one) => one.stage === stage);
    if (found.length === 0) throw new Error(`the demonstration has no opportunity that is ${stage}`);
    return found[0];
  }

  /** Bids at this share of the way between the reference rates. */
  async bid(id, { rates, answer }) {
    const shown = await this.get(`/api/opportunities/${id}`);
    return this.post(`/api/opportunities/${id}/bid`, {
      rates: shown.quantities.map(({ key }) => {
        const line = shown.category.lines.find((one) => one.key === key);
        return { key, rate: line.fixed ?? (rates === "high" ? line.reference_high : line.reference_low) };
      }),
      answers: shown.category.criteria
        .filter((criterion) => !criterion.standing)
        .map((criterion) => ({ criterion_id: criterion.id, answer })),
      starts_on: shown.starts_on,
    });
  }

  /** Marks every answer of an opportunity alike and finishes. */
  async mark(id, mark) {
    const { bids, criteria } = await this.get(`/api/opportunities/${id}/evaluation`);
    for (const { blind_id } of bids)
      for (const criterion of criteria)
        await this.post(`/api/opportunities/${id}/marks`, { blind_id, criterion_id: criterion.id, mark, reason: "Clear, with an example." });
    return this.post(`/api/opportunities/${id}/marks/finish`, {});
  }

  /** Writes a package of supported living. */
  async draft(title, more) {
    return (await this.drafter())(title, more);
  }

  /** What writes packages of supported living, having looked up once what they need */
  async drafter() {
    const market = (await this.get("/api/markets")).find((one) => one.slug.includes("supported-living"));
    const { categories } = await this.get(`/api/markets/${market.id}`);
    const category = categories[0];
    const { now } = await this.get("/api/status");
    return (title, { preference = null, person = "CASE-1" } = {}) =>
      this.post("/api/packages", {
        category_id: category.id,
        person_reference: person,
        title,
        needs: "Wants to live with one other person and to cook for both of them.",
        outward_code: "ST16",
        age_band: "25-39",
        quantities: category.lines.map(({ key }) => ({ key, quantity: "7" })),
        starts_on: dayFrom(now, 30),
        initial_term_weeks: 52,
        preference,
      });
  }

  /** Writes one and advertises it. */
  async publish(title, minutes) {
    return (await this.publisher())(title, minutes);
  }

  /** What writes packages and advertises them */
  async publisher() {
    const draft = await this.drafter();
    const { now } = await this.get("/api/status");
    const [began, here] = [Date.parse(now), Date.now()];
    return async (title, minutes) => {
      const { id } = await draft(title);
      return this.post(`/api/packages/${id}/publish`, {
        closes_at: new Date(began + (Date.now() - here) + minutes * 60_000).toISOString(),
        leaks_considered: null,
      });
    };
  }
}

/** The calendar day this many days after an instant */
export function dayFrom(instant, days) {
  return new Date(Date.parse(instant) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The ranking round that is open in the demonstration */
export async function openRound(commissioner) {
  for (const { id, stage } of await commissioner.opportunities("closed")) {
    const round = stage === "priced" ? await commissioner.get(`/api/opportunities/${id}/round`).catch(() => null) : null;
    if (round?.stage === "open") return round;
  }
  throw new Error("the demonstration has no ranking round that is open");
}
