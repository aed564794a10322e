// The one door to the server: typed by its own document, and every answer that is not
// a success becomes one of two failures, so that pages handle them in one way.
import createClient from "openapi-fetch";
import type { paths } from "./schema";
import type { Problem } from "./types";

// Headers are put on by `keyed` and `atRevision`, so that no page spells them out.
type WithoutHeaders<T> = {
  [P in keyof T]: {
    [M in keyof T[P]]: T[P][M] extends { parameters: infer Q }
      ? Omit<T[P][M], "parameters"> & { parameters: Omit<Q, "header"> & { header?: never } }
      : T[P][M];
  };
};

export const api = createClient<WithoutHeaders<paths>>({
  credentials: "same-origin",
  // Looked up at each call, so that a test can put its own in place.
  fetch: (request) => globalThis.fetch(request),
});

/** The server answered, and said no. */
export class Refused extends Error {
  readonly problem: Problem;
  readonly status: number;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "Refused";
    this.problem = problem;
    this.status = problem.status;
  }
}

/** No answer came: whether the server did what was asked is not known. */
export class Unreachable extends Error {
  constructor() {
    super("We could not reach Fairlot. Check your connection and try again.");
    this.name = "Unreachable";
  }
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Refused && error.status === status;
}

let whenSignedOut: () => void = () => {};
export function onSignedOut(then: () => void): void {
  whenSignedOut = then;
}

/** For what is not sent through this door */
export const sessionEnded = () => whenSignedOut();

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

function asProblem(error: unknown, status: number): Problem {
  if (typeof error === "object" && error !== null && "detail" in error) {
    const given = error as Problem;
    return { ...given, status: given.status ?? status };
  }
  return {
    type: "about:blank",
    title: "Something went wrong",
    status,
    code: "unknown",
    detail:
      status >= 500
        ? "Something went wrong at our end. Nothing you typed is lost. Try again in a moment."
        : "The server did not accept this.",
    field: null,
    problems: [],
  };
}

export interface Answered<T> {
  data: T;
  etag: string | null;
}

/** The answer with its revision; throws `Refused` or `Unreachable`. */
export async function answered<T>(call: Promise<Answer<T>>): Promise<Answered<T>> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw new Unreachable();
  }
  if (answer.response.ok) {
    return { data: answer.data as T, etag: answer.response.headers.get("ETag") };
  }
  if ([502, 503, 504].includes(answer.response.status) && typeof answer.error !== "object") {
    throw new Unreachable();
  }
  if (answer.response.status === 401) whenSignedOut();
  throw new Refused(asProblem(answer.error, answer.response.status));
}

export async function must<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await answered(call)).data;
}

export const keyed = (key: string) => ({ "Idempotency-Key": key });
export const atRevision = (revision: number | string) => ({ "If-Match": `"${revision}"` });
