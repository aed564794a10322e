// The live connection: what is heard, in order and once.
//
// The upper half (a state, a message, what follows) knows nothing of sockets; the
// lower half is one socket that is opened again, later and later, whenever it is lost.

export interface LiveEvent {
  type: "event";
  subject: "opportunity" | "enrolment" | "round";
  id: string;
  number: number;
  at: string;
  kind: string;
  body: Record<string, unknown>;
}

export type ServerMessage =
  | { type: "welcome"; now: string }
  | { type: "tick"; now: string; clock_at_fault?: boolean }
  | { type: "reload" }
  | LiveEvent;

export type Connection = "connecting" | "live" | "lost";

export interface LiveState {
  connection: Connection;
  /** The newest number heard of each subject, `opportunity/<id>`, in the order in which they were last heard of. It is
   *  written in place and handed on from state to state: a copy at each message takes longer than all else one does. */
  seen: Map<string, number>;
  /** Times in a row that no connection was made, for the wait before the next */
  failures: number;
  /** Whether this page has ever been welcomed: the second welcome is a return */
  welcomed: boolean;
}

export type LiveInput =
  | { type: "opened" }
  | { type: "closed" }
  | { type: "read"; id: string; number: number }
  | ServerMessage;

export type Consequence =
  | { type: "clock"; now: string }
  | { type: "clock_fault"; lasts: boolean }
  | { type: "heard"; event: LiveEvent }
  | { type: "first_welcome" }
  | { type: "back" }
  | { type: "lost" }
  | { type: "read_again" };

export const atFirst = (): LiveState => ({ connection: "connecting", seen: new Map(), failures: 0, welcomed: false });

/** As many as the server lets one page follow; the oldest are forgotten, so that this cannot grow for ever. */
const SUBJECTS_MAX = 1_000;

const subjectKey = (subject: string, id: string) => `${subject}/${id}`;

/** Notes the number, and says whether it is news. */
function note({ seen }: LiveState, key: string, number: number): boolean {
  if ((seen.get(key) ?? 0) >= number) return false;
  seen.delete(key);
  seen.set(key, number);
  for (const oldest of seen.keys()) {
    if (seen.size <= SUBJECTS_MAX) break;
    seen.delete(oldest);
  }
  return true;
}

export function hear(state: LiveState, input: LiveInput): { state: LiveState; then: Consequence[] } {
  switch (input.type) {
    case "opened":
      return { state, then: [] };
    case "closed":
      return {
        state: { ...state, connection: state.welcomed ? "lost" : "connecting", failures: state.failures + 1 },
        then: state.connection === "live" ? [{ type: "lost" }] : [],
      };
    case "read":
      note(state, subjectKey("opportunity", input.id), input.number);
      return { state, then: [] };
    case "welcome":
      return {
        state: { ...state, connection: "live", failures: 0, welcomed: true },
        then: [{ type: "clock", now: input.now }, { type: state.welcomed ? "back" : "first_welcome" }],
      };
    case "tick":
      return { state, then: [{ type: "clock", now: input.now }, { type: "clock_fault", lasts: !!input.clock_at_fault }] };
    case "reload":
      return { state, then: [{ type: "read_again" }] };
    case "event":
      return { state, then: note(state, subjectKey(input.subject, input.id), input.number) ? [{ type: "heard", event: input }] : [] };
    default:
      // A message of a kind this page does not know yet says nothing to it.
      return { state, then: [] };
  }
}

/** The hello that asks to go on from where this page stopped */
export function hello(state: LiveState): string {
  const seen: Record<string, number> = {};
  for (const [key, number] of state.seen) {
    const [subject, id] = key.split("/");
    if (subject === "opportunity" && id) seen[id] = number;
  }
  return JSON.stringify({ type: "hello", seen });
}

const WAIT_FIRST = 500;
const WAIT_MAX = 20_000;

/** Twice as long after each failure, and somewhere between half and all of that, so that a
 *  server that comes back is not met by everybody in the same instant. */
export function waitBefore(failures: number, chance: number): number {
  const whole = Math.min(WAIT_MAX, WAIT_FIRST * 2 ** Math.max(0, failures - 1));
  return Math.round(whole * (0.5 + chance / 2));
}

export function parseMessage(data: unknown): ServerMessage | null {
  if (typeof data !== "string") return null;
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" && message !== null && "type" in message ? (message as ServerMessage) : null;
  } catch {
    return null;
  }
}

/** The close code that says the session is over */
const SIGNED_OUT = 1008;
/** No word for this long means that the connection is dead, though nobody said so (ticks come each 20 s). */
const SILENCE_MAX = 50_000;

export interface LiveHandlers {
  /** Numbers of what this page has read over HTTP, just before saying hello */
  known: () => { id: string; number: number }[];
  follow: (consequence: Consequence) => void;
  changed: (state: LiveState) => void;
  signedOut: () => void;
}

/** Opens the one socket and keeps it; returns how to end it. */
export function listen(handlers: LiveHandlers): () => void {
  let state = atFirst();
  let socket: WebSocket | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  function take(input: LiveInput): void {
    const before = state;
    const heard = hear(state, input);
    state = heard.state;
    if (state.connection !== before.connection) handlers.changed(state);
    for (const consequence of heard.then) handlers.follow(consequence);
  }

  function sound(): void {
    clearTimeout(silence);
    silence = setTimeout(() => socket?.close(), SILENCE_MAX);
  }

  function open(): void {
    clearTimeout(again);
    again = undefined;
    if (ended || socket) return;
    const address = new URL("/api/live", window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const own = new WebSocket(address);
    socket = own;
    sound();
    own.onopen = () => {
      if (socket !== own) return;
      for (const { id, number } of handlers.known()) take({ type: "read", id, number });
      take({ type: "opened" });
      own.send(hello(state));
    };
    own.onmessage = ({ data }) => {
      if (socket !== own) return;
      sound();
      const message = parseMessage(data);
      if (message) take(message);
    };
    own.onclose = ({ code }) => {
      if (socket !== own) return;
      socket = null;
      clearTimeout(silence);
      if (ended) return;
      take({ type: "closed" });
      if (code === SIGNED_OUT) handlers.signedOut();
      again = setTimeout(open, waitBefore(state.failures, Math.random()));
    };
  }

  // A laptop that wakes, or a network that returns, need not wait out the delay.
  function now(): void {
    if (!socket && document.visibilityState === "visible") open();
  }
  window.addEventListener("online", now);
  document.addEventListener("visibilitychange", now);
  open();

  return () => {
    ended = true;
    clearTimeout(again);
    clearTimeout(silence);
    window.removeEventListener("online", now);
    document.removeEventListener("visibilitychange", now);
    socket?.close();
  };
}
