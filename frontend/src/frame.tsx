// What stands round every page: who is signed in, where they can go, that this is a
// demonstration if it is one, and how the live connection is.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, Suspense, useDeferredValue, useEffect, useState } from "react";
import { Link, Navigate, NavLink, useLocation, useNavigate } from "react-router";
import { api, must } from "./api/client";
import { useClockFault } from "./api/clock";
import { useConnection, useFollowing } from "./api/following";
import { session, status, tasks } from "./api/session";
import type { Me } from "./api/types";
import { useAnnounced } from "./govuk/announce";
import { FAIRLOT_COLOUR, wearable } from "./govuk/colour";
import { Loading, Trouble, WearContext, type Wearing } from "./govuk/page";
import { canBid, FAIRLOT, hasRole, whoWords } from "./words";

function placesOf(me: Me): [to: string, words: string][] {
  const places: [string, string, boolean][] = [
    ["/opportunities", "Opportunities", true],
    ["/bids", "My bids", !!me.provider],
    ["/packages", "Packages", hasRole(me, "broker", "commissioner", "auditor")],
    ["/enrolments", me.provider ? "Your standing" : "Enrolments", true],
    ["/passport", "Passport", !!me.provider],
    ["/approvals", "Approvals", !!me.officer && (me.officer.posts.length > 0 || hasRole(me, "commissioner", "auditor"))],
    ["/contracts", "Contracts", true],
    ["/capacity", "Spare hours", !!me.provider],
    ["/alerts", "Your alerts", canBid(me)],
    ["/team", "Team", me.provider?.role === "administrator"],
    ["/clocks", "Clocks", hasRole(me, "commissioner", "procurement", "auditor")],
    ["/markets", "Markets", true],
    ["/figures", "Figures", hasRole(me, "commissioner", "procurement", "auditor")],
    ["/search", "Search", true],
    ["/tasks", "Tasks", hasRole(me, "procurement", "commissioner")],
  ];
  return places.filter(([, , shown]) => shown).map(([to, words]) => [to, words]);
}

/** What was typed into bids stays on this device only while the person is signed in. */
function forgetTyped(): void {
  try {
    for (const name of Object.keys(localStorage)) if (/^fairlot\.(draft|sending)\./.test(name)) localStorage.removeItem(name);
  } catch {
    // A forbidden store has nothing in it.
  }
}

function SignOut() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    networkMode: "always",
    mutationFn: () => must(api.DELETE("/api/session")),
    onSuccess: () => {
      forgetTyped();
      navigate("/sign-in");
      cache.setQueryData(session.queryKey, null);
      cache.removeQueries({ predicate: (query) => !["status", "session"].includes(String(query.queryKey[0])) });
    },
  });
  return (
    <button type="button" className="fl-plain-button" onClick={() => signOut.mutate()}>
      {signOut.isError ? "Sign out (try again)" : "Sign out"}
    </button>
  );
}

function Header({ me, worn }: { me: Me | null | undefined; worn: Wearing | null }) {
  const authority = me?.officer?.authority_name ?? worn?.name ?? me?.provider?.provider_name;
  useEffect(() => {
    document.documentElement.style.setProperty("--council", JSON.stringify(authority ?? FAIRLOT));
  }, [authority]);
  return (
    <header className="fl-header">
      <div className="govuk-width-container fl-header__row">
        <Link to="/" className="fl-header__name">
          {FAIRLOT}
        </Link>
        {authority ? <span className="fl-header__authority">{authority}</span> : null}
        <div className="fl-header__person">
          {me ? (
            <>
              <span>
                {me.name} <span className="govuk-visually-hidden">, {whoWords(me)}</span>
              </span>
              <SignOut />
            </>
          ) : me === null ? (
            <Link to="/sign-in">Sign in</Link>
          ) : null}
        </div>
      </div>
    </header>
  );
}

function Demonstration({ me }: { me: Me | null | undefined }) {
  const { data } = useQuery(status);
  if (!data?.demo && !me?.demo) return null;
  return (
    <aside className="fl-demo" aria-label="Demonstration">
      <div className="govuk-width-container">
        <p>
          <strong>Demonstration:</strong> everybody and everything here is invented, and no letter leaves.
        </p>
        <Link to="/sign-in" className="govuk-link">
          Be somebody else
        </Link>
        <Link to="/letters" className="govuk-link">
          Letters sent
        </Link>
      </div>
    </aside>
  );
}

/** Said for as long as it lasts: a deadline that is counted down here is right, and what follows it waits. */
function ClockFault() {
  const fault = useClockFault();
  return (
    <div role="status">
      {fault ? (
        <aside className="fl-demo" aria-label="The server’s clock">
          <div className="govuk-width-container">
            <p>
              <strong>The server’s clock is being put right.</strong> Bids are taken as before. Nothing closes or opens until it is.
            </p>
          </div>
        </aside>
      ) : null}
    </div>
  );
}

function LiveLine() {
  const connection = useConnection();
  const words = { connecting: "Connecting…", live: "Live", lost: "Live connection lost. Trying again…" }[connection];
  return <span className={`fl-live fl-live--${connection}`}>{words}</span>;
}

/** How many tasks wait, as far as one reading of them tells */
function Waiting() {
  const { data } = useInfiniteQuery({ ...tasks(false), refetchInterval: 60_000 });
  const first = data?.pages[0];
  if (!first || first.items.length === 0) return null;
  return (
    <>
      {" "}
      ({first.items.length}
      {first.next ? " or more" : ""})
    </>
  );
}

function Navigation({ me }: { me: Me }) {
  const { pathname } = useLocation();
  // Open on one page: whoever has gone on has found the way.
  const [openAt, setOpenAt] = useState("");
  const open = openAt === pathname;
  return (
    <nav className="fl-nav" aria-label="Fairlot">
      <div className="govuk-width-container">
        <button type="button" className="fl-nav__menu" aria-expanded={open} aria-controls="places" onClick={() => setOpenAt(open ? "" : pathname)}>
          Menu
        </button>
        <ul id="places">
          {placesOf(me).map(([to, words]) => (
            <li key={to}>
              <NavLink to={to}>
                {words}
                {to === "/tasks" ? <Waiting /> : null}
              </NavLink>
            </li>
          ))}
        </ul>
        <div className="fl-nav__live">
          <LiveLine />
        </div>
      </div>
    </nav>
  );
}

/** What is said to those who cannot see it change */
function Voice() {
  return (
    <div role="status" aria-live="polite" className="govuk-visually-hidden">
      {useAnnounced()}
    </div>
  );
}

export function Frame({ children }: { children: ReactNode }) {
  const cache = useQueryClient();
  const { data: me, isPending: asking } = useQuery(session);
  const { isPending: reading } = useQuery(status);
  const known = useDeferredValue(!asking && !reading);
  const [worn, wear] = useState<Wearing | null>(null);
  const { pathname } = useLocation();
  useFollowing(cache, me?.account_id ?? null);

  const colour = me?.officer ? wearable(me.officer.authority_colour) : worn ? wearable(worn.colour) : FAIRLOT_COLOUR;
  useEffect(() => {
    document.documentElement.style.setProperty("--authority-colour", colour);
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", colour);
  }, [colour]);
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [pathname]);

  return (
    <WearContext.Provider value={wear}>
      <a href="#main" className="govuk-skip-link">
        Skip to main content
      </a>
      <Header me={me} worn={worn} />
      {/* Together, so that nothing that is already seen moves down. */}
      {known ? (
        <>
          <Demonstration me={me} />
          <ClockFault />
          {me ? <Navigation me={me} /> : null}
        </>
      ) : null}
      <div className="fl-page">
        <div className="govuk-width-container">
          <main className="govuk-main-wrapper" id="main" tabIndex={-1} key={pathname}>
            <Suspense fallback={<Loading />}>{children}</Suspense>
          </main>
        </div>
      </div>
      <Voice />
      <footer className="fl-footer">
        <div className="govuk-width-container">
          <p>Times are London time, by the server’s clock.</p>
          <p>
            <Link to="/markets">All markets</Link>
          </p>
          <p>
            <a href="/public">For everybody: contracts, decisions and figures</a>
          </p>
          <p>
            <a href="/api/openapi.json">For programs: the API’s description</a>
          </p>
        </div>
      </footer>
    </WearContext.Provider>
  );
}

/** Only for those who are signed in; others come back here after they have been. */
export function SignedIn({ load, children }: { load: () => Promise<unknown>; children: ReactNode }) {
  const query = useQuery(session);
  const { isPending: reading } = useQuery(status);
  // The page comes while the server says who is there. Where it cannot be had now, it is asked for again when it is shown.
  useEffect(() => void load().catch(() => {}), [load]);
  const { pathname, search } = useLocation();
  const known = useDeferredValue(!!query.data && !reading);
  if (known && query.data) return children;
  if (query.data === null) return <Navigate to={`/sign-in?return=${encodeURIComponent(pathname + search)}`} replace />;
  if (query.error) return <Trouble error={query.error} again={() => void query.refetch()} />;
  return <Loading />;
}
